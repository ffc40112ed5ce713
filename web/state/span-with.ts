import type { Span } from './range.js';

/** The span of all pages; where a moment is outside of it, one of the same length around the moment. */
export function spanWith({ since, until }: Span, at: number): Span {
  if (since <= at && at <= until) return { since, until };
  const width = until - since;
  return { since: at - width / 2, until: at + width / 2 };
}
