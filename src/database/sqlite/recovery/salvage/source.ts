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
import { createPrivateFile } from '../../../../files/files.js';
import { isDamage } from '../../connection/errors.js';
import { HEADER_BYTES, MAGIC, readStart } from '../../file/header.js';
import { objectsOf, type SchemaObject } from './schema.js';

/** Offsets in the first page (https://sqlite.org/fileformat.html), and valid values. */
const PAGE_SIZE_OFFSET = 16;
const FORMATS_OFFSET = 18;
const RESERVED_OFFSET = 20;
const FRACTIONS_OFFSET = 21;
const FRACTIONS = [64, 32, 32];
const SCHEMA_FORMAT_OFFSET = 44;
const ENCODING_OFFSET = 56;
const PAGE_BYTES = 4096;
const COUNT_OFFSET = 28;
const FREE_OFFSET = 32;
const LARGEST_ROOT_OFFSET = 52;
const INCREMENTAL_OFFSET = 64;
const LEAF_OF_TABLE = 13;
const TYPE_OF = { table: [5, 13], index: [2, 10] } as const;

/** The files that SQLite needs to read a database; it creates the shared memory itself. */
const READ_PARTS = ['', '-wal', '-journal'];
const NEW_AND_SHARED = constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL;

/**
 * Opens a working copy of a damaged file; the file itself is not changed. In the copy, the header fields that are the same
 * in every file are repaired.
 */
export function openCopy(file: string, copy: string): SqliteHandle {
  for (const part of READ_PARTS) {
    rmSync(`${copy}${part}`, { force: true });
    if (existsSync(`${file}${part}`)) copyFileSync(`${file}${part}`, `${copy}${part}`, NEW_AND_SHARED);
  }
  createPrivateFile(copy);
  const { size } = statSync(copy);
  // SQLite would read the missing rest of a truncated page as zeros, and take them for values.
  truncateSync(copy, Math.max(PAGE_BYTES, size - (size % pageSizeOf(copy))));
  patch(copy, repairHeader);
  return openTolerantly(copy);
}

function openTolerantly(copy: string): SqliteHandle {
  const handle = new Sqlite(copy);
  // The first two let SQLite open a file with an invalid definition or length.
  handle.unsafeMode(true);
  handle.pragma('writable_schema = ON');
  handle.pragma('trusted_schema = OFF');
  return handle;
}

/** Replaces invalid header fields by the values that every file has. */
function repairHeader(header: Buffer): void {
  MAGIC.copy(header);
  if (!isPageSize(header.readUInt16BE(PAGE_SIZE_OFFSET))) header.writeUInt16BE(PAGE_BYTES, PAGE_SIZE_OFFSET);
  for (const at of [FORMATS_OFFSET, FORMATS_OFFSET + 1])
    if ((header[at] ?? 0) > 2 || header[at] === 0) header[at] = 1;
  header[RESERVED_OFFSET] = 0;
  FRACTIONS.forEach((value, index) => (header[FRACTIONS_OFFSET + index] = value));
  const repair = (at: number, most: number, value: number): void => {
    const found = header.readUInt32BE(at);
    if (found < 1 || found > most) header.writeUInt32BE(value, at);
  };
  repair(SCHEMA_FORMAT_OFFSET, 4, 4);
  repair(ENCODING_OFFSET, 3, 1);
}

/** 1 stands for 65536. */
function isPageSize(size: number): boolean {
  return size === 1 || (size >= 512 && (size & (size - 1)) === 0);
}

function pageSizeOf(path: string): number {
  const header = readStart(path, HEADER_BYTES);
  const size = header.length < HEADER_BYTES ? 0 : header.readUInt16BE(PAGE_SIZE_OFFSET);
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
 * Replaces an unreadable `sqlite_schema` by that of a fresh file. In a file with `auto_vacuum`, as ours are, tables created
 * in the same order have the same root pages. A wrong root page yields no plausible rows.
 * @returns the copy, reopened.
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

/** Whether the root page of an object is a page of a table or of an index. */
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

/** An empty `sqlite_schema` page, with a header without free pages and `auto_vacuum`. */
function emptySchema(size: number): (page: Buffer) => void {
  return (page) => {
    page.fill(0, HEADER_BYTES);
    for (const at of [FREE_OFFSET, FREE_OFFSET + 4, LARGEST_ROOT_OFFSET, INCREMENTAL_OFFSET])
      page.writeUInt32BE(0, at);
    page.writeUInt32BE(Math.ceil(size / PAGE_BYTES), COUNT_OFFSET);
    page.fill(1, FORMATS_OFFSET, FORMATS_OFFSET + 2);
    page[HEADER_BYTES] = LEAF_OF_TABLE;
    page.writeUInt16BE(PAGE_BYTES, HEADER_BYTES + 5);
  };
}
