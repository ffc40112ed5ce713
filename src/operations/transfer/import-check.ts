import { JsonText } from '../../json/index.js';
import { CONTENT_TABLES, keyOf, type Cell, type Kind, type StoredRow } from '../../database/index.js';
import type { ReadSnapshot } from '../../database/row-transfer.js';
import { ExportReader } from './export-reader.js';
import { isUnpackingError, type ImportSource } from './import-source.js';
import type { Finding } from './findings.js';
import { noCounts, type Counts } from './format.js';
import { linesOf } from './lines.js';

/** The result of checking a file. */
export interface ImportCheck {
  /** The listed errors; none where the file can be imported. */
  readonly findings: readonly Finding[];
  /** Number of errors, including those that are not listed. */
  readonly wrong: number;
  /** New rows. */
  readonly fresh: Readonly<Counts>;
  /** Rows that already exist with the same content. */
  readonly known: Readonly<Counts>;
  /** The largest ids of the file, by kind: those of its rows, and those that it says were given out last. */
  readonly lastIds: Partial<Record<Kind, number>>;
  readonly sha256: string;
}

const MAX_VALUE_LENGTH = 80;

/**
 * Reads a whole file and lists all its errors. Nothing is written.
 * @param existing the rows of the database; `undefined` where there is no database.
 */
export async function checkImport(
  source: ImportSource,
  existing: ReadSnapshot | undefined,
  onBytes?: (count: number) => void,
): Promise<ImportCheck> {
  const reader = new ExportReader();
  const { findings } = reader;
  const fresh = noCounts();
  const known = noCounts();
  const largestIds: Partial<Record<Kind, number>> = {};
  try {
    for await (const { kind, row, line } of reader.rows(linesOf(source.read(onBytes)))) {
      if (typeof row['id'] === 'number') largestIds[kind] = row['id'];
      const stored = await existing?.find(kind, row);
      const conflict = stored && conflictOf(kind, row, stored);
      if (conflict) findings.add(line, conflict);
      else (stored ? known : fresh)[kind]++;
    }
  } catch (error) {
    if (!isUnpackingError(error)) throw error;
    findings.add(reader.nextLine, `cannot be unpacked: ${error.message}`);
  }
  const lastIds = largestOf(largestIds, reader.lastIds);
  return { findings: findings.listed, wrong: findings.total, fresh, known, lastIds, sha256: reader.sha256 };
}

/** An export of another program may not say which ids were given out last. */
function largestOf(...all: readonly Partial<Record<Kind, number>>[]): Partial<Record<Kind, number>> {
  const largest: Partial<Record<Kind, number>> = {};
  for (const ids of all) {
    for (const [kind, id] of Object.entries(ids) as [Kind, number][]) {
      largest[kind] = Math.max(id, largest[kind] ?? 0);
    }
  }
  return largest;
}

/** How a row differs from the stored one with the same key; `undefined` where it does not. */
function conflictOf(kind: Kind, row: StoredRow, stored: StoredRow): string | undefined {
  if (CONTENT_TABLES[kind].entry.sameBy) return undefined;
  const field = Object.keys(row).find((name) => textOf(row[name]) !== textOf(stored[name]));
  if (field === undefined) return undefined;
  const both = `${field} is ${shown(row[field])} here and ${shown(stored[field])} there`;
  return `${kind} ${keyOf(kind, row)} is in the database already, with other content: ${both}`;
}

/** Documents are equal if their texts are, whether exported as JSON or as a string. */
function textOf(cell: Cell | undefined): Exclude<Cell, JsonText> | undefined {
  return cell instanceof JsonText ? cell.text : cell;
}

function shown(cell: Cell | undefined): string {
  const text = cell instanceof JsonText ? cell.text : JSON.stringify(cell);
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text;
}
