import { isUtf8 } from 'node:buffer';
import {
  FAULT_MESSAGES,
  isPlainObject,
  JsonFault,
  JsonReader,
  type ReadOptions,
  JsonText,
  MAX_JSON_DEPTH,
} from '../../json/index.js';
import { canonicalTimestamp } from '../../time/time.js';
import { CONTENT_TABLES, KINDS, type Kind } from '../../database/index.js';
import { MAX_IMPORTED_ID } from '../../database/row-transfer.js';
import { Findings } from './findings.js';
import { FORMAT, KINDS_OF_VERSION, noCounts, Tally, type Counts } from './format.js';
import { isKind, readRow, type ReadRow } from './import-row.js';
import { MAX_LINE_BYTES, type Line } from './lines.js';
import { RowOrder } from './row-order.js';

/** A valid row, with its line number and its size in the file. */
export interface RowLine extends ReadRow {
  readonly line: number;
  readonly bytes: number;
}

type JsonObject = Record<string, unknown>;

/** Keeps documents as the line has them, white space included. */
const LINE_OPTIONS = {
  maxDepth: MAX_JSON_DEPTH,
  onlyDoubles: true,
  keepsWhiteSpace: true,
} as const satisfies ReadOptions;

/** Reads and validates the lines of an export. */
export class ExportReader {
  readonly findings = new Findings();
  lastIds: Partial<Record<Kind, number>> = {};
  /** Digest of the rows; known once the trailer was read. */
  sha256 = '';
  private readonly tally = new Tally();
  private readonly order = new RowOrder();
  private state: 'begin' | 'rows' | 'end' | 'foreign' = 'begin';
  private kinds: readonly Kind[] = KINDS;
  private lastLine = 0;

  get counts(): Readonly<Counts> {
    return this.tally.counts;
  }

  /** The number of the next line. */
  get nextLine(): number {
    return this.lastLine + 1;
  }

  /** Yields every valid row. It reads on after an error, to find the others as well. */
  async *rows(lines: AsyncIterable<Line>): AsyncGenerator<RowLine> {
    for await (const line of lines) {
      this.lastLine = line.number;
      const row = this.readLine(line);
      if (row) yield row;
      if (this.state === 'foreign') return;
    }
    if (this.state !== 'end') {
      this.findings.add(this.nextLine, 'the end is missing: the file was cut off, or is no export');
    }
  }

  private readLine({ number, bytes }: Line): RowLine | undefined {
    const object = this.isReadable(number, bytes) ? this.objectOf(number, bytes) : undefined;
    if (this.state === 'begin') this.readHeader(number, object && parsed(object));
    else if (this.state === 'end') this.findings.add(number, 'comes after the end');
    else if (object?.['end'] === true) this.readTrailer(number, parsed(object));
    else {
      if (bytes) this.tally.bytes(bytes).bytes('\n');
      return object && this.readRowLine(number, object, bytes?.length ?? 0);
    }
    return undefined;
  }

  private isReadable(number: number, bytes: Buffer | undefined): bytes is Buffer {
    if (!bytes) this.findings.add(number, `is longer than ${MAX_LINE_BYTES} bytes`);
    else if (bytes.length === 0) this.findings.add(number, 'is empty');
    else if (!isUtf8(bytes)) this.findings.add(number, 'is not UTF-8');
    else return true;
    return false;
  }

  private objectOf(number: number, bytes: Buffer): JsonObject | undefined {
    const reader = new JsonReader(bytes, LINE_OPTIONS);
    try {
      const value = reader.read();
      if (isPlainObject(value)) return value;
      this.findings.add(number, 'is not a JSON object');
    } catch (error) {
      if (!(error instanceof JsonFault)) throw error;
      const { reason } = error;
      const isRefused = reason === 'depth' || reason === 'number';
      this.findings.add(
        number,
        isRefused ? `${reader.path} ${FAULT_MESSAGES[reason]}` : 'is not a JSON object',
      );
    }
    return undefined;
  }

  private readHeader(number: number, header: JsonObject | undefined): void {
    const { format, version, kinds, lastIds = {} } = header ?? {};
    const known = typeof version === 'number' ? KINDS_OF_VERSION[version] : undefined;
    this.state = 'foreign';
    if (format !== FORMAT) {
      this.findings.add(number, `is not the first line of an export: format must be "${FORMAT}"`);
    } else if (!known) {
      const versions = Object.keys(KINDS_OF_VERSION).join(', ');
      const found = `the export has version ${JSON.stringify(version)}`;
      this.findings.add(number, `${found}; this program knows version ${versions}`);
    } else if (!Array.isArray(kinds) || !kinds.every((kind) => known.includes(kind as Kind))) {
      this.findings.add(number, `kinds must be a list of: ${known.join(', ')}`);
    } else if (!isPlainObject(lastIds) || !Object.entries(lastIds).every(isLastId)) {
      this.findings.add(
        number,
        `lastIds must hold a whole number up to ${MAX_IMPORTED_ID} for each kind with ids`,
      );
    } else if (!['exportedAt', 'since', 'until'].every((name) => isTimestamp(header?.[name]))) {
      this.findings.add(number, 'exportedAt, since and until must be timestamps');
    } else {
      this.state = 'rows';
      this.kinds = kinds;
      this.lastIds = lastIds;
    }
  }

  private readRowLine(line: number, object: JsonObject, bytes: number): RowLine | undefined {
    const read = readRow(object);
    if (Array.isArray(read)) {
      for (const message of read) this.findings.add(line, message);
      return undefined;
    }
    const { kind, row } = read;
    this.tally.add(kind, 1);
    if (!this.kinds.includes(kind)) this.findings.add(line, `kind ${kind} is not named in the first line`);
    const misplaced = this.order.orderError(kind, row, line);
    if (misplaced) this.findings.add(line, misplaced);
    return misplaced ? undefined : { kind, row, line, bytes };
  }

  private readTrailer(line: number, { counts, sha256 }: JsonObject): void {
    this.state = 'end';
    this.sha256 = this.tally.digest();
    // Invalid lines already explain a difference in the counts.
    if (this.findings.total > 0) return;
    const expected = { ...noCounts(), ...(isPlainObject(counts) ? counts : {}) };
    for (const kind of KINDS) {
      if (expected[kind] === this.counts[kind]) continue;
      const found = `${this.counts[kind]} are there`;
      this.findings.add(line, `the end counts ${JSON.stringify(expected[kind])} of kind ${kind}; ${found}`);
    }
    if (sha256 !== this.sha256)
      this.findings.add(line, 'sha256 does not match the rows: a line was changed, lost or added');
  }
}

function isLastId([kind, last]: [string, unknown]): boolean {
  return (
    isKind(kind) &&
    CONTENT_TABLES[kind].hasGeneratedIds &&
    Number.isInteger(last) &&
    Number(last) >= 0 &&
    Number(last) <= MAX_IMPORTED_ID
  );
}

function isTimestamp(value: unknown): boolean {
  return value === undefined || canonicalTimestamp(value) !== undefined;
}

/** Parses the JSON members of the header or the trailer, which hold no stored documents. */
function parsed(object: JsonObject): JsonObject {
  const members = Object.entries(object);
  return Object.fromEntries(
    members.map(([name, value]) => [name, value instanceof JsonText ? value.parse() : value]),
  );
}
