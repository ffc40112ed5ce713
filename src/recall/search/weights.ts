import { placesOf, type IndexedKind, type ThreadReader } from '../../database/programs.js';
import { readAll } from './rows.js';
import { isPlain, type Unit } from './unit.js';

/** Units in more rows than this are all the same: they tell hardly anything. */
const MAX_COUNTED = 40_001;
/** Counting units that are in many rows takes milliseconds; the number hardly changes. */
const LEAST_REMEMBERED = 1000;
const REMEMBERED_MS = 30_000;
const MAX_REMEMBERED = 2000;

interface Remembered {
  readonly count: number;
  readonly until: number;
}

const remembered = new Map<string, Remembered>();

/** In how many rows of the index of a kind each unit is. */
export async function countDocuments(
  reader: ThreadReader,
  kind: IndexedKind,
  units: readonly Unit[],
): Promise<number[]> {
  const terms = units.flatMap((unit) => (isPlain(unit) ? [unit.stem] : []));
  const known = await countTerms(reader, kind, terms);
  const counts: number[] = [];
  for (const unit of units) {
    counts.push(isPlain(unit) ? (known.get(unit.stem) ?? 0) : await countMatches(reader, kind, unit));
  }
  return counts;
}

/** How much a unit tells: the fewer rows it is in, the more. */
export function weightOf(documents: number, rows: number): number {
  const within = Math.min(documents, rows);
  return Math.log(1 + (rows - within + 0.5) / (within + 0.5));
}

async function countTerms(
  reader: ThreadReader,
  kind: IndexedKind,
  terms: readonly string[],
): Promise<Map<string, number>> {
  if (terms.length === 0) return new Map();
  const list = placesOf(terms);
  const rows = await readAll<{ term: string; documents: number }>(reader, {
    text: `SELECT term, documents FROM search_terms WHERE kind = ? AND term IN (${list})`,
    values: [kind, ...terms],
  });
  return new Map(rows.map(({ term, documents }) => [term, Number(documents)]));
}

async function countMatches(reader: ThreadReader, kind: IndexedKind, unit: Unit): Promise<number> {
  const key = `${kind} ${unit.key}`;
  const past = remembered.get(key);
  const now = performance.now();
  if (past && past.until > now) return past.count;
  const [row] = await readAll<{ count: number }>(
    reader,
    reader.dialect.search.count(kind, unit.match, MAX_COUNTED),
  );
  const count = Number(row?.count ?? 0);
  if (count >= LEAST_REMEMBERED) {
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(key, { count, until: now + REMEMBERED_MS });
  }
  return count;
}
