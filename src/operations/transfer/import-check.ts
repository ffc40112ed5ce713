import { JsonText } from '../../json/index.js';
import { keyOf, KINDS, type Cell, type Kind, type KeptRow } from '../../database/index.js';
import type { ReadSnapshot } from '../../database/row-transfer.js';
import { ExportReader } from './export-reader.js';
import { isUnpackingError, type ImportSource } from './import-source.js';
import type { Finding } from './findings.js';
import { noCounts, type Counts } from './format.js';
import { linesOf } from './lines.js';

/** What is known of a file once all of it was read. */
export interface Check {
  /** What is wrong with it; nothing, where it can be imported. */
  readonly findings: readonly Finding[];
  /** How many things are wrong, with those that are not listed. */
  readonly wrong: number;
  /** Rows that are new. */
  readonly fresh: Readonly<Counts>;
  /** Rows that are in the database already, with the same content. */
  readonly known: Readonly<Counts>;
  readonly lastIds: Partial<Record<Kind, number>>;
  readonly sha256: string;
}

const LONGEST_VALUE = 80;

/**
 * Reads a file to its end and finds all that is wrong with it. Nothing is written.
 * @param existing what is in the database already; `undefined` where there is none.
 */
export async function checkImport(
  source: ImportSource,
  existing: ReadSnapshot | undefined,
  onBytes?: (count: number) => void,
): Promise<Check> {
  const reader = new ExportReader();
  const { findings } = reader;
  const find = Object.fromEntries(
    KINDS.map((kind) => [kind, existing?.finder(kind) ?? ((): undefined => undefined)]),
  ) as Record<Kind, (row: KeptRow) => KeptRow | undefined>;
  const fresh = noCounts();
  const known = noCounts();
  try {
    for await (const { kind, row, line } of reader.rows(linesOf(source.read(onBytes)))) {
      const there = find[kind](row);
      const conflict = there && conflictOf(kind, row, there);
      if (conflict) findings.add(line, conflict);
      else (there ? known : fresh)[kind]++;
    }
  } catch (error) {
    if (!isUnpackingError(error)) throw error;
    findings.add(reader.nextLine, `cannot be unpacked: ${error.message}`);
  }
  const { lastIds, sha256 } = reader;
  return { findings: findings.listed, wrong: findings.total, fresh, known, lastIds, sha256 };
}

/** How a row differs from the one with the same key in the database; `undefined` where it does not. */
function conflictOf(kind: Kind, row: KeptRow, there: KeptRow): string | undefined {
  const field = Object.keys(row).find((name) => textOf(row[name]) !== textOf(there[name]));
  if (field === undefined) return undefined;
  const both = `${field} is ${shown(row[field])} here and ${shown(there[field])} there`;
  return `${kind} ${keyOf(kind, row)} is in the database already, with other content: ${both}`;
}

/** A document is the same where its text is, whether that is told as JSON or as a text. */
function textOf(cell: Cell | undefined): Exclude<Cell, JsonText> | undefined {
  return cell instanceof JsonText ? cell.text : cell;
}

function shown(cell: Cell | undefined): string {
  const text = cell instanceof JsonText ? cell.text : JSON.stringify(cell);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
