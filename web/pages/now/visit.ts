const STORED = 'jarvis-visit';
/** After so long without the page being seen, the next look is another visit. */
const PAUSE_MS = 30 * 60_000;

interface Visits {
  /** When the page was seen last before this visit; null on the first. */
  readonly last: number | null;
  /** When it was seen last. */
  readonly seen: number;
}

/** When the last visit ended; null on the first. It is noted that the page is seen. */
export function lastVisit(now: number): number | null {
  const known = read();
  const last = known === undefined ? null : now - known.seen > PAUSE_MS ? known.seen : known.last;
  localStorage.setItem(STORED, JSON.stringify({ last, seen: now } satisfies Visits));
  return last;
}

/** Notes that the page was seen until now. */
export function noteSeen(now: number): void {
  const known = read();
  if (known) localStorage.setItem(STORED, JSON.stringify({ ...known, seen: now } satisfies Visits));
}

function read(): Visits | undefined {
  try {
    const { last, seen } = JSON.parse(localStorage.getItem(STORED) ?? '') as Partial<Visits>;
    if (typeof seen !== 'number' || (last !== null && typeof last !== 'number')) return undefined;
    return { last, seen };
  } catch {
    return undefined;
  }
}
