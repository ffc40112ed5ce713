import type { Span } from '../../state/range.js';

const MINUTE = 60_000;
const LEAST_WIDTH = 30 * MINUTE;
/** How much wider the lens is than what lies between A and B. */
const ROOM = 2.5;

/** A part of the span in which A and B have room. It never reaches over the span, unless A or B does. */
export function lensAround(a: number, b: number, { since, until }: Span): Span {
  const [first, last] = [Math.min(a, b), Math.max(a, b)];
  const width = Math.min(Math.max(LEAST_WIDTH, (last - first) * ROOM), Math.max(until - since, last - first));
  const begin = (first + last - width) / 2;
  const [least, most] = [Math.min(since, first), Math.max(until, last)];
  const shifted = Math.max(least, Math.min(begin, most - width));
  return { since: shifted, until: shifted + width };
}

/** The lens as it is, while A and B are in it; else another. So nothing moves below a thumb that is dragged. */
export function lensFor(known: Span | undefined, a: number, b: number, span: Span): Span {
  const holds = (at: number): boolean => known !== undefined && known.since <= at && at <= known.until;
  return known && holds(a) && holds(b) ? known : lensAround(a, b, span);
}

/** The lens with its middle at a moment, within the span. */
export function lensAt(middle: number, { since, until }: Span, span: Span): Span {
  const width = until - since;
  const begin = Math.max(span.since, Math.min(middle - width / 2, span.until - width));
  return { since: begin, until: begin + width };
}

/** The change before or after a moment. @param times in their order. */
export function changeBeside(
  times: readonly number[],
  at: number,
  side: 'before' | 'after',
): number | undefined {
  return side === 'before' ? times.findLast((time) => time < at) : times.find((time) => time > at);
}
