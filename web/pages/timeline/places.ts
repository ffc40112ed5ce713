import type { Span } from '../../state/range.js';

/** Where a moment is in the view. */
export function percentOf(at: number, { since, until }: Span): string {
  return `${Math.round(((at - since) / (until - since)) * 100_000) / 1000}%`;
}

/** Where a part of the time is in the view, as far as it is in it. */
export function extent(since: number, until: number, view: Span): { x: string; width: string } {
  const [from, to] = [Math.max(since, view.since), Math.min(until, view.until)];
  const part = Math.max(0, (to - from) / (view.until - view.since));
  return { x: percentOf(from, view), width: `${part * 100}%` };
}
