import { SumStatements } from '../../src/database/index.js';
import type { DerivedEntry } from '../../src/database/table-entry.js';

/** The query for `count`: the quarters of an hour of a table that do not agree with their rows. */
export function disagreements({
  name,
  sums,
}: Pick<DerivedEntry, 'name'> & Required<Pick<DerivedEntry, 'sums'>>): string {
  return new SumStatements(name, sums).check.count;
}
