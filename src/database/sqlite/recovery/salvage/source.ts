import {
  constants,
  copyFileSync,
  existsSync,
  openSync,
  closeSync,
  readSync,
  statSync,
  truncateSync,
  writeSync,
  rmSync,
} from 'node:fs';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { makeOwn } from '../../../../files/files.js';
import { isDamage } from '../../connection/errors.js';
import { HEADER_BYTES, MAGIC, readStart } from '../../file/header.js';
import { objectsOf, type SchemaObject } from './schema.js';

/** Where things are in the first page (https://sqlite.org/fileformat.html), and what may be there. */
const PAGE_SIZE_AT = 16;
const FORMATS_AT = 18;
const RESERVED_AT = 20;
const FRACTIONS_AT = 21;
const FRACTIONS = [64, 32, 32];
const SCHEMA_FORMAT_AT = 44;
const ENCODING_AT = 56;
const PAGE_BYTES = 4096;
const COUNT_AT = 28;
const FREE_AT = 32;
const LARGEST_ROOT_AT = 52;
const INCREMENTAL_AT = 64;
const LEAF_OF_TABLE = 13;
const TYPE_OF = { table: [5, 13], index: [2, 10] } as const;

/** The parts of a database that SQLite needs to read it; it makes the shared memory itself. */
const READ_PARTS = ['', '-wal', '-journal'];
const NEW_AND_SHARED = constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL;

/**
 * Opens a copy of a damaged file, to read what can be read: the file itself stays as it is, to the byte. The header is
 * repaired in the copy, as far as it is the same in every file.
 */
export function openCopy(file: string, copy: string): SqliteHandle {
  for (const part of READ_PARTS) {
    rmSync(`${copy}${part}`, { force: true });
    if (existsSync(`${file}${part}`)) copyFileSync(`${file}${part}`, `${copy}${part}`, NEW_AND_SHARED);
  }
  makeOwn(copy);
  const { size } = statSync(copy);
  // SQLite would read the missing rest of a page that was cut off as zeros, and take them for values.
  truncateSync(copy, Math.max(PAGE_BYTES, size - (size % pageSizeOf(copy))));
  patch(copy, repairHeader);
  return openTolerantly(copy);
}

function openTolerantly(copy: string): SqliteHandle {
  const handle = new Sqlite(copy);
  // The first two let SQLite read on where a definition, or the length of the file, makes no sense.
  handle.unsafeMode(true);
  handle.pragma('writable_schema = ON');
  handle.pragma('trusted_schema = OFF');
  return handle;
}

/** Puts what every header has in common in the place of values that cannot be right. */
function repairHeader(header: Buffer): void {
  MAGIC.copy(header);
  if (!isPageSize(header.readUInt16BE(PAGE_SIZE_AT))) header.writeUInt16BE(PAGE_BYTES, PAGE_SIZE_AT);
  for (const at of [FORMATS_AT, FORMATS_AT + 1])
    if ((header[at] ?? 0) > 2 || header[at] === 0) header[at] = 1;
  header[RESERVED_AT] = 0;
  FRACTIONS.forEach((value, index) => (header[FRACTIONS_AT + index] = value));
  const repair = (at: number, most: number, value: number): void => {
    const found = header.readUInt32BE(at);
    if (found < 1 || found > most) header.writeUInt32BE(value, at);
  };
  repair(SCHEMA_FORMAT_AT, 4, 4);
  repair(ENCODING_AT, 3, 1);
}

/** 1 stands for 65536. */
function isPageSize(size: number): boolean {
  return size === 1 || (size >= 512 && (size & (size - 1)) === 0);
}

function pageSizeOf(path: string): number {
  const header = readStart(path, HEADER_BYTES);
  const size = header.length < HEADER_BYTES ? 0 : header.readUInt16BE(PAGE_SIZE_AT);
  if (!isPageSize(size)) return PAGE_BYTES;
  return size === 1 ? 65_536 : size;
}

function patch(path: string, change: (bytes: Buffer) => void, length = HEADER_BYTES): void {
  const descriptor = openSync(path, 'r+');
  try {
    const bytes = Buffer.alloc(length);
    readSync(descriptor, bytes, 0, length, 0);
    change(bytes);
    writeSync(descriptor, bytes, 0, length, 0);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Replaces a list of tables that cannot be read by that of a fresh file. In a file with `auto_vacuum`, as ours are,
 * tables made in the same order begin at the same pages. A table that begins elsewhere yields no plausible rows.
 * @returns the copy, opened again.
 */
export function graftSchema(
  source: SqliteHandle,
  objects: readonly SchemaObject[],
  fresh: SqliteHandle,
): SqliteHandle {
  const copy = source.name;
  const known = new Set(objects.map(({ name }) => name));
  const missing = objectsOf(fresh).filter(({ type, name }) => !known.has(name) && type in TYPE_OF);
  checkpoint(source);
  source.close();
  for (const part of ['-wal', '-shm', '-journal']) rmSync(`${copy}${part}`, { force: true });
  const rows = [...objects, ...missing].filter((object) => hasRootPage(copy, object));
  patch(copy, emptySchema(statSync(copy).size), PAGE_BYTES);
  const grafted = openTolerantly(copy);
  const insert = grafted.prepare(
    'INSERT INTO sqlite_schema VALUES (@type, @name, @tbl_name, @rootpage, @sql)',
  );
  grafted.transaction(() => {
    for (const row of rows) insert.run(row);
  })();
  grafted.close();
  return openTolerantly(copy);
}

function checkpoint(source: SqliteHandle): void {
  try {
    source.pragma('wal_checkpoint(TRUNCATE)');
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
}

/** Whether the page at which an object should begin is the first page of a table or of an index. */
function hasRootPage(copy: string, { type, rootpage }: SchemaObject): boolean {
  const types: readonly number[] = type in TYPE_OF ? TYPE_OF[type as keyof typeof TYPE_OF] : [];
  if (rootpage < 2 || rootpage * PAGE_BYTES > statSync(copy).size) return false;
  const descriptor = openSync(copy, 'r');
  try {
    const byte = Buffer.alloc(1);
    readSync(descriptor, byte, 0, 1, (rootpage - 1) * PAGE_BYTES);
    return types.includes(byte[0] ?? 0);
  } finally {
    closeSync(descriptor);
  }
}

/** A first page without a row in it, and a header that knows of no free pages and reclaims none. */
function emptySchema(size: number): (page: Buffer) => void {
  return (page) => {
    page.fill(0, HEADER_BYTES);
    for (const at of [FREE_AT, FREE_AT + 4, LARGEST_ROOT_AT, INCREMENTAL_AT]) page.writeUInt32BE(0, at);
    page.writeUInt32BE(Math.ceil(size / PAGE_BYTES), COUNT_AT);
    page.fill(1, FORMATS_AT, FORMATS_AT + 2);
    page[HEADER_BYTES] = LEAF_OF_TABLE;
    page.writeUInt16BE(PAGE_BYTES, HEADER_BYTES + 5);
  };
}
