import { Chance } from '../recall/chance.js';
import { makeHistory } from '../recall/history.js';
import { textOf } from '../recall/rows.js';

/** The words that hold sentences together, the most frequent first. */
const SMALL_WORDS = 'the and of to a in is it for on was that with has not'.split(' ');
const OTHER_SMALL_WORDS = new Set(
  'about after again there their these those which where while would could should being before because between through since until still every other without against'.split(
    ' ',
  ),
);
const SYLLABLES = 'ba ce dro fel gri ho jun ka lem mor ni pol quo ras sti tu ver wy xan zo'.split(' ');
const WORDS = 30_000;
const SEED = 7;
/** Word number r comes up in proportion to 1 / (r + 2.7), as in any language (Mandelbrot). */
const OFFSET = 2.7;
const CELLS = 1 << 20;

/** Words in the order of their frequency: small ones, those of the made-up year, and then syllables put together. */
export function makeVocabulary(): string[] {
  const words = new Set([...SMALL_WORDS, ...wordsOfHistory()]);
  const chance = new Chance(SEED);
  while (words.size < WORDS) {
    const syllables = Array.from({ length: chance.whole(2, 4) }, () => chance.pick(SYLLABLES));
    words.add(syllables.join(''));
  }
  return [...words];
}

function wordsOfHistory(): string[] {
  const counts = new Map<string, number>();
  for (const row of makeHistory().rows) {
    if (row.key.startsWith('routine')) continue;
    for (const word of textOf(row).match(/\b[a-z]{5,}\b/g) ?? []) {
      if (!OTHER_SMALL_WORDS.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([word]) => word);
}

/** Draws words as often as their place in the vocabulary says: a table of cells makes a draw one look-up. */
export class Zipf {
  private readonly cells = new Uint16Array(CELLS);

  constructor(private readonly words: readonly string[]) {
    const weights = words.map((_, rank) => 1 / (rank + OFFSET));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let sum = 0;
    let from = 0;
    weights.forEach((weight, rank) => {
      sum += weight;
      const to = Math.round((sum / total) * CELLS);
      this.cells.fill(rank, from, to);
      from = to;
    });
  }

  draw(chance: Chance): string {
    return this.words[this.cells[Math.floor(chance.next() * CELLS)] ?? 0] ?? '';
  }
}
