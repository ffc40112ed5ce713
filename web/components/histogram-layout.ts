import type { Schemas } from '../api/types.js';
import type { Span } from '../state/range.js';
import { severityOf, SEVERITIES, type Severity } from './severities.js';

/** How many events of each severity a part of the time has. */
export interface Bar extends Span {
  readonly counts: Readonly<Record<Severity, number>>;
}

interface Segment {
  readonly severity: Severity;
  /** Parts of the width, 0 to 100. */
  readonly x: number;
  readonly width: number;
  /** Pixels from the top. */
  readonly y: number;
  readonly height: number;
}

/** Room above the tallest bar, for its glyph. */
const HEADROOM = 18;
const LEAST_HEIGHT = 4;
const BAR_SHARE = 0.78;
/** Glyphs nearer than this, in parts of the width, would cover each other. */
const GLYPH_DISTANCE = 2.2;
/** The labels of the lines are in the first parts of the width. */
const LABELS_END = 4;
const STEPS = [1, 2, 3, 4, 5, 6, 8];

/** The bars of an answer that is grouped by severity. */
export function barsOf({ buckets, groups }: Pick<Schemas['StatisticsAnswer'], 'buckets' | 'groups'>): Bar[] {
  return buckets.map(({ since, until, counts }) => {
    const sums = { critical: 0, error: 0, warning: 0, info: 0 };
    groups.forEach(({ name }, index) => (sums[severityOf(name)] += counts[index] ?? 0));
    return { since: Date.parse(since), until: Date.parse(until), counts: sums };
  });
}

/** Neighbours together, where there are too many to be told apart. */
export function folded(bars: readonly Bar[], most: number): readonly Bar[] {
  const times = Math.ceil(bars.length / most);
  if (times < 2) return bars;
  return Array.from({ length: Math.ceil(bars.length / times) }, (_, index) => {
    const part = bars.slice(index * times, (index + 1) * times);
    const sum = (severity: Severity): number => part.reduce((all, { counts }) => all + counts[severity], 0);
    return {
      since: part[0]?.since ?? 0,
      until: part.at(-1)?.until ?? 0,
      counts: {
        critical: sum('critical'),
        error: sum('error'),
        warning: sum('warning'),
        info: sum('info'),
      },
    };
  });
}

export function totalOf({ counts }: Bar): number {
  return SEVERITIES.reduce((sum, severity) => sum + counts[severity], 0);
}

/** Where a moment is, in percent of the width. */
export function placeOf(at: number, { since, until }: Span): number {
  return Math.min(1, Math.max(0, (at - since) / (until - since))) * 100;
}

/** As SVG takes it, so that a chart is as wide as its place. */
export function percentOf(part: number): string {
  return `${Math.round(part * 1000) / 1000}%`;
}

export interface Layout {
  readonly segments: readonly Segment[];
  /** Above the bars with an error or worse. */
  readonly glyphs: readonly { readonly severity: Severity; readonly x: number; readonly y: number }[];
  /** Lines to read by; where a bar or a glyph stands in the place of its label, a line has none. */
  readonly lines: readonly { readonly value: number; readonly y: number; readonly isLabelled: boolean }[];
}

/** Bars with the worst at the base, over a plot of so many pixels. */
export function layoutOf(bars: readonly Bar[], span: Span, height: number): Layout {
  const tallest = Math.max(0, ...bars.map(totalOf));
  const most = Math.max(1, tallest);
  const perEvent = (height - HEADROOM) / most;
  const stacks = bars.map((bar) => stackOf(bar, span, height, perEvent));
  const step = lineStep(most);
  const glyphs = apart(stacks.flatMap(glyphOf));
  const highest = Math.min(height, ...[...stacks.flat(), ...glyphs].filter(isAtLabels).map(({ y }) => y));
  const values = step * 2 <= most ? [step, step * 2] : [step];
  return {
    segments: stacks.flat(),
    glyphs,
    lines: (tallest === 0 ? [] : values).map((value) => {
      const y = height - value * perEvent;
      return { value, y, isLabelled: y < highest };
    }),
  };
}

function stackOf(bar: Bar, span: Span, height: number, perEvent: number): Segment[] {
  const [from, to] = [placeOf(bar.since, span), placeOf(bar.until, span)];
  const width = (to - from) * BAR_SHARE;
  let base = height;
  return SEVERITIES.filter((severity) => bar.counts[severity] > 0).map((severity) => {
    const least = severity === 'info' ? 1 : LEAST_HEIGHT;
    const tall = Math.max(least, bar.counts[severity] * perEvent);
    base -= tall;
    // A hair of the canvas between two of them.
    return {
      severity,
      x: from + (to - from - width) / 2,
      width,
      y: Math.max(0, base),
      height: Math.max(1, tall - 1),
    };
  });
}

function glyphOf(stack: readonly Segment[]): Layout['glyphs'][number][] {
  const [worst, top] = [stack[0], stack.at(-1)];
  if (!worst || !top || (worst.severity !== 'critical' && worst.severity !== 'error')) return [];
  return [{ severity: worst.severity, x: worst.x + worst.width / 2, y: Math.max(0, top.y - HEADROOM + 2) }];
}

/** Whether it stands where the labels of the lines are. */
function isAtLabels({ x }: { readonly x: number }): boolean {
  return x < LABELS_END;
}

/** The worst of those that would cover each other. */
function apart(glyphs: Layout['glyphs']): Layout['glyphs'] {
  const shown: Layout['glyphs'][number][] = [];
  for (const severity of SEVERITIES) {
    for (const glyph of glyphs) {
      if (glyph.severity !== severity) continue;
      if (shown.every(({ x }) => Math.abs(x - glyph.x) >= GLYPH_DISTANCE)) shown.push(glyph);
    }
  }
  return shown;
}

/** The largest plain number of which two fit. */
function lineStep(most: number): number {
  const half = Math.max(1, most / 2);
  const power = 10 ** Math.floor(Math.log10(half));
  return (STEPS.findLast((step) => step * power <= half) ?? 1) * power;
}
