import type { Span } from '../state/range.js';

/** A brush over whole bars. */
export function snapped(one: number, other: number, bars: readonly Span[]): Span | undefined {
  const [since, until] = one < other ? [one, other] : [other, one];
  const touched = bars.filter((bar) => bar.since < until && bar.until > since);
  const at = bars.find((bar) => bar.since <= since && since < bar.until);
  const [first, last] = [touched[0] ?? at, touched.at(-1) ?? at];
  return first && last && { since: first.since, until: last.until };
}

/** The brush after a key: arrows move it by a bar, with Shift its end; Escape clears it. `same` where the key is another. */
export function brushAfter(
  { key, shiftKey }: { readonly key: string; readonly shiftKey: boolean },
  brush: Span | undefined,
  bars: readonly Span[],
): Span | undefined | 'same' {
  if (key === 'Escape') return brush ? undefined : 'same';
  const by = key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0;
  if (by === 0 || bars.length === 0) return 'same';
  if (!brush) return by > 0 ? whole(bars[0]) : whole(bars.at(-1));
  const first = bars.findIndex(({ until }) => until > brush.since);
  const last = bars.findLastIndex(({ since }) => since < brush.until);
  const [from, to] = [shiftKey ? first : first + by, last + by];
  if (from < 0 || to >= bars.length || to < from) return 'same';
  return { since: bars[from]?.since ?? brush.since, until: bars[to]?.until ?? brush.until };
}

function whole(bar: Span | undefined): Span | undefined {
  return bar && { since: bar.since, until: bar.until };
}
