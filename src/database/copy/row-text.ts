/** A stored value in the one form that both engines give: a flag is a boolean, bytes are a buffer. */
export type CopiedCell = string | number | bigint | boolean | Buffer | null;
/** The cells of a row, in the order of the columns. */
export type CopiedRow = readonly CopiedCell[];

/** How a cell is read from its text. */
export type CellType = 'text' | 'integer' | 'flag' | 'amount' | 'bytes';

const NONE = '\\N';
const SPECIAL = /[\\\t\n\r]/;
const EACH_SPECIAL = /[\\\t\n\r]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const ESCAPED = /\\([\s\S])/g;
/** What the server escapes. */
const UNESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const BYTES_PREFIX = '\\\\x';

/**
 * A row as a line of text, in the format of PostgreSQL's COPY. The same rows have the same lines on both engines, so that
 * their digests tell whether they are equal.
 */
export function toLine(row: CopiedRow): string {
  let line = '';
  for (let index = 0; index < row.length; index++) {
    line += (index === 0 ? '' : '\t') + toText(row[index] ?? null);
  }
  return `${line}\n`;
}

function toText(cell: CopiedCell): string {
  if (cell === null) return NONE;
  if (typeof cell === 'string') {
    return SPECIAL.test(cell) ? cell.replace(EACH_SPECIAL, (found) => ESCAPES[found] ?? found) : cell;
  }
  if (typeof cell === 'boolean') return cell ? 't' : 'f';
  // A zero has no sign in SQLite.
  if (typeof cell === 'number') return cell === 0 ? '0' : String(cell);
  return Buffer.isBuffer(cell) ? BYTES_PREFIX + cell.toString('hex') : String(cell);
}

/** @param line without its end. */
export function fromLine(line: string, types: readonly CellType[]): CopiedCell[] {
  return line.split('\t').map((text, index) => fromText(text, types[index] ?? 'text'));
}

function fromText(text: string, type: CellType): CopiedCell {
  if (text === NONE) return null;
  if (type === 'integer') return toInteger(text);
  if (type === 'flag') return text === 't';
  if (type === 'amount') return Number(text);
  if (type === 'bytes') return Buffer.from(text.slice(BYTES_PREFIX.length), 'hex');
  return text.includes('\\') ? text.replace(ESCAPED, (_, one: string) => UNESCAPES[one] ?? one) : text;
}

function toInteger(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}
