import type { Span } from '../../state/range.js';

const LEAST_MS = 60_000;

/** A view of the whole span, `factor` times as wide, with a moment kept in its place. The whole span is undefined. */
export function zoomed(view: Span, span: Span, factor: number, around: number): Span | undefined {
  const width = Math.max(LEAST_MS, (view.until - view.since) * factor);
  const part = (around - view.since) / (view.until - view.since);
  return within({ since: around - part * width, until: around + (1 - part) * width }, span);
}

export function moved(view: Span, span: Span, by: number): Span | undefined {
  return within({ since: view.since + by, until: view.until + by }, span);
}

/** A view shifted or cut to lie in the span. */
export function within({ since, until }: Span, span: Span): Span | undefined {
  const width = until - since;
  if (width >= span.until - span.since) return undefined;
  const begin = Math.round(Math.max(span.since, Math.min(since, span.until - width)));
  return { since: begin, until: Math.round(begin + width) };
}

/** A span in an address: `2026-11-24T01:00:00.000Z/2026-11-24T02:00:00.000Z`. */
export function spanText(span: Span | undefined): string | undefined {
  return span && [span.since, span.until].map((at) => new Date(at).toISOString()).join('/');
}

export function spanFrom(text: string | undefined): Span | undefined {
  const [since = NaN, until = NaN] = (text ?? '').split('/').map((part) => Date.parse(part));
  return since < until ? { since, until } : undefined;
}

/** What is loaded for a view of a span that has too much to be loaded whole: the view in large steps, with its sides. */
export function loadedFor({ since, until }: Span, span: Span): Span {
  const step = Math.max(LEAST_MS, 2 ** Math.ceil(Math.log2(until - since)));
  return {
    since: Math.max(span.since, Math.floor(since / step) * step),
    until: Math.min(span.until, Math.ceil(until / step) * step),
  };
}
