import type { ThreadReader } from '../../database/programs.js';
import { stemOf } from '../../text/stem.js';
import type { Unit, WordUnit } from './unit.js';
import { loadVocabulary, nearestTerm, vocabularyOf } from './vocabulary.js';

const PLAIN_WORD = /^[a-z]{4,20}$/;
/** A pasted text of another language has no typos. */
const MAX_CORRECTED = 8;

/**
 * The stems that are meant by words that no row has.
 * @param tail the texts that the index does not hold.
 */
export async function correct(
  reader: ThreadReader,
  unknown: readonly Unit[],
  tail: readonly string[],
): Promise<Record<string, string>> {
  const words = unknown.filter(isPlainWord).slice(0, MAX_CORRECTED);
  if (words.length === 0) return {};
  const terms = [...vocabularyOf(tail), ...(await loadVocabulary(reader))];
  const found = words.flatMap(({ key, text }) => {
    const stem = nearestTerm(text, terms);
    return stem === undefined ? [] : [[key, stem] as const];
  });
  return Object.fromEntries(found);
}

/** The units of a query with the corrected ones in the place of those that no row has. */
export function withCorrections(
  units: readonly Unit[],
  corrections: Readonly<Record<string, string>>,
): readonly Unit[] {
  const known = new Set(units.map(({ key }) => key));
  return units.flatMap((unit) => {
    const stem = Object.hasOwn(corrections, unit.key) ? corrections[unit.key] : undefined;
    if (stem === undefined) return [unit];
    if (known.has(stem)) return [];
    known.add(stem);
    return [correctedUnit(stem)];
  });
}

/** The index is asked for a word, which it stems: most stems are their own stem, and some need their ending back. */
function correctedUnit(stem: string): WordUnit {
  const word = [stem, `${stem}e`, `${stem}s`, `${stem}ed`, `${stem}ing`].find((one) => stemOf(one) === stem);
  return { form: 'word', key: stem, text: stem, match: { word: word ?? stem }, stem };
}

function isPlainWord(unit: Unit): boolean {
  return unit.form === 'word' && PLAIN_WORD.test(unit.text);
}
