import type { Span } from '../../state/range.js';
import { changeWords } from '../../words/changes.js';
import type { Tick } from './load.js';

export interface TickLabel {
  readonly at: number;
  readonly text: string;
}

const LONGEST = 24;
const PER_CHARACTER = 6.2;
const APART = 12;

/** What stands over the large changes of a line that is so many pixels wide, as far as there is room for it. */
export function tickLabels(ticks: readonly Tick[], span: Span, width: number): TickLabel[] {
  const labels: TickLabel[] = [];
  let end = 0;
  for (const { at, title, isLarge } of ticks) {
    if (!isLarge || at < span.since || at > span.until) continue;
    const text = tickWords(title);
    const half = (text.length * PER_CHARACTER) / 2;
    const middle = ((at - span.since) / Math.max(1, span.until - span.since)) * width;
    if (middle - half < end || middle + half > width) continue;
    labels.push({ at, text });
    end = middle + half + APART;
  }
  return labels;
}

/** A change in two or three words: `postgres moved`, `local 95 %`. */
export function tickWords(title: string): string {
  const [first = ''] = title.split('; ');
  const words = changeWords(first)
    .replace(/^(\d+) (\S+) moved from .*$/, '$2 moved')
    .replace(/^Storage (\S+) on \S+ (?:crossed|fell below) (\d+ %)$/, '$1 $2')
    .replace(/^The backup of (?:\d+ )?(.+) failed$/, 'backup of $1 failed')
    .replace(/^(\d+) (\S+) went from \S+ to (\S+)$/, '$2 $3');
  return words.length > LONGEST ? `${words.slice(0, LONGEST - 1).trimEnd()}…` : words;
}
