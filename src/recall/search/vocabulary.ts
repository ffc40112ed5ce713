import type { ThreadReader } from '../../database/programs.js';
import { isCountedTerm } from '../../text/indexed-text.js';
import { stemOf } from '../../text/stem.js';
import { tokensOf } from '../../text/tokens.js';
import { differingBits, editDistance, lettersOf } from './edit-distance.js';
import { readAll } from './rows.js';

const MAX_TERMS = 50_000;
/** What is in one row only may be a typo itself. */
const LEAST_DOCUMENTS = 2;
const RENEWED_MS = 60_000;
/** Two edits from this length on. */
const LONG_WORD = 8;
/** The endings that a stem may have lost. */
const ENDINGS = ['', 's', 'e', 'ed', 'es', 'ing', 'er', 'ion', 'y', 'ly', 'al'].map((ending) => ({
  ending,
  letters: lettersOf(ending),
}));

const LONGEST_ENDING = 3;

interface Term {
  readonly stem: string;
  readonly documents: number;
  readonly letters: number;
}

interface Loaded {
  readonly terms: readonly Term[];
  readonly state: string;
  readonly until: number;
}

/** The thread keeps the vocabulary: it is read again where the index has grown, and then not more often than this. */
let loaded: Loaded | undefined;

/** The most frequent stems of the index. */
export async function loadVocabulary(reader: ThreadReader): Promise<readonly Term[]> {
  const marks = await readAll(reader, { text: 'SELECT kind, mark, rows FROM search_marks', values: [] });
  const state = JSON.stringify(marks);
  if (loaded && (loaded.state === state || loaded.until > performance.now())) return loaded.terms;
  const rows = await readAll<{ term: string; documents: number }>(reader, {
    text: `SELECT term, documents FROM search_terms WHERE documents >= ? ORDER BY documents DESC, term LIMIT ?`,
    values: [LEAST_DOCUMENTS, MAX_TERMS],
  });
  const terms = rows.map(({ term, documents }) => toTerm(term, Number(documents)));
  loaded = { terms, state, until: performance.now() + (terms.length < MAX_TERMS / 10 ? 0 : RENEWED_MS) };
  return terms;
}

/** The stems of texts that the index does not hold. */
export function vocabularyOf(texts: readonly string[]): Term[] {
  const stems = new Map<string, number>();
  for (const text of texts) {
    for (const token of tokensOf(text)) {
      const stem = stemOf(token);
      if (isCountedTerm(stem)) stems.set(stem, (stems.get(stem) ?? 0) + 1);
    }
  }
  return Array.from(stems, ([stem, documents]) => toTerm(stem, documents));
}

/** The stem that is nearest to a word; of those that are as near, one with the same first letter, then the most frequent. */
export function nearestTerm(word: string, terms: readonly Term[]): string | undefined {
  let max = word.length >= LONG_WORD ? 2 : 1;
  const wanted = { word, letters: lettersOf(word), ...stemmed(word) };
  let best: { readonly term: Term; readonly rank: number } | undefined;
  for (const term of terms) {
    const distance = distanceTo(wanted, term, max);
    if (distance > max) continue;
    max = distance;
    const rank = distance * 2 + (term.stem[0] === word[0] ? 0 : 1);
    if (!best || rank < best.rank || (rank === best.rank && term.documents > best.term.documents)) {
      best = { term, rank };
    }
  }
  return best?.term.stem;
}

interface Wanted {
  readonly word: string;
  readonly letters: number;
  readonly stem: string;
  readonly stemLetters: number;
}

function stemmed(word: string): Pick<Wanted, 'stem' | 'stemLetters'> {
  const stem = stemOf(word);
  return { stem, stemLetters: lettersOf(stem) };
}

function toTerm(stem: string, documents: number): Term {
  return { stem, documents, letters: lettersOf(stem) };
}

/** The least distance of the stems, or of the word to the stem with any ending. */
function distanceTo(wanted: Wanted, { stem, letters }: Term, max: number): number {
  const { word, stem: ownStem } = wanted;
  if (stem.length > word.length + max || stem.length < ownStem.length - max - LONGEST_ENDING) return max + 1;
  let least = max + 1;
  if (differingBits(wanted.stemLetters, letters) <= 2 * max) least = editDistance(ownStem, stem, max);
  for (const { ending, letters: more } of ENDINGS) {
    if (Math.abs(stem.length + ending.length - word.length) > max) continue;
    if (differingBits(wanted.letters, letters | more) > 2 * max) continue;
    const ended = stem + ending;
    const distance = editDistance(word, ended, max);
    if (distance < least && (ending === '' || stemOf(ended) === stem)) least = distance;
  }
  return least;
}
