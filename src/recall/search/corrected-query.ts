import type { ParsedQuery } from './parse-query.js';
import { wordsFor } from './snippet.js';
import type { Weighed } from './weigh-query.js';

/**
 * The query with the words that were searched for in the place of those that no row has.
 * @param texts what was found: the index knows stems, and a text the word.
 */
export function correctedQuery(
  { text, units }: ParsedQuery,
  { analyser, basis }: Weighed,
  texts: readonly string[],
): string | undefined {
  let corrected = text;
  for (const [key, stem] of Object.entries(basis.corrections)) {
    const typed = units.find((unit) => unit.key === key)?.text;
    if (typed === undefined) continue;
    const unit = analyser.units.findIndex((one) => one.key === stem);
    const found = texts.map((one) => wordsFor(unit, one, analyser)).find((word) => word !== undefined);
    const whole = new RegExp(`(?<![\\p{L}\\p{N}])${typed}(?![\\p{L}\\p{N}])`, 'giu');
    corrected = corrected.replace(whole, found?.toLowerCase() ?? stem);
  }
  return corrected === text ? undefined : corrected;
}
