const STORED = 'jarvis-visit';
/** After so long without the page being seen, the next look is another visit. */
const PAUSE_MS = 30 * 60_000;
const DAY_MS = 86_400_000;

interface Visits {
  /** When the page was seen last before this visit. */
  readonly last: number;
  /** When it was seen last. */
  readonly seen: number;
}

/** When the last visit ended; a day ago for the first. It is noted that the page is seen. */
export function lastVisit(now: number): number {
  const known = read();
  const last = known === undefined ? now - DAY_MS : now - known.seen > PAUSE_MS ? known.seen : known.last;
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
    return typeof last === 'number' && typeof seen === 'number' ? { last, seen } : undefined;
  } catch {
    return undefined;
  }
}
