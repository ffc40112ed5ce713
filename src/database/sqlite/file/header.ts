import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { APPLICATION_ID } from '../../../../migrations/sqlite/1795305604500-application-id.js';
import { MIGRATIONS_TABLE } from '../../migrations.table.js';

/** A file that this service refuses to use. The message is for the log; `reason` is public and has no path. */
export class FileRefused extends Error {
  constructor(
    message: string,
    readonly reason: string,
  ) {
    super(message);
    this.name = 'FileRefused';
  }
}

export const MAGIC = Buffer.from('SQLite format 3\0');
export const HEADER_BYTES = 100;
const APPLICATION_ID_OFFSET = 68;
/** The schema of a file of ours lies within its first bytes, because it is written first. */
const SCHEMA_BYTES = 1_048_576;

/**
 * The kind of a file by its bytes, before SQLite opens it: `none` is a missing or empty file; `marked` is one of ours,
 * possibly damaged; `sqlite` is a database that has to be identified by its tables.
 */
export type FileKind = 'none' | 'marked' | 'sqlite';

const TRAILING_SPACE_REASON = 'Its name ends with a space, which SQLite would leave out.';

/**
 * @throws FileRefused where the file is no database, or one of another program.
 */
export function fileKindOf(file: string): FileKind {
  if (file !== file.trim())
    throw new FileRefused(`its name ends with a space: "${file}".`, TRAILING_SPACE_REASON);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isFile() === false) {
    const what = stat.isDirectory() ? 'a folder' : 'something that is no file';
    throw new FileRefused(
      `unable to open database file: ${what} has its name.`,
      `There is ${what} in its place.`,
    );
  }
  if (stat === undefined || stat.size === 0) return 'none';
  const start = readStart(file, SCHEMA_BYTES);
  const isSqlite = start.subarray(0, MAGIC.length).equals(MAGIC);
  const id = start.length >= HEADER_BYTES ? start.readUInt32BE(APPLICATION_ID_OFFSET) : 0;
  const namesOurTables = start.includes(MIGRATIONS_TABLE);
  if (id === APPLICATION_ID && (isSqlite || namesOurTables)) return 'marked';
  if (!isSqlite) throw notADatabase();
  if (namesOurTables) return 'marked';
  if (id === 0) return 'sqlite';
  throw new FileRefused(
    `it belongs to another program (application_id 0x${id.toString(16)}).`,
    'It belongs to another program.',
  );
}

function notADatabase(): FileRefused {
  const reason = 'It is no SQLite database.';
  return new FileRefused('file is not a database: it does not begin as one does.', reason);
}

/** Call it only before this process opens the file with SQLite: closing it drops all POSIX locks of the process on it. */
export function readStart(file: string, length: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, 0));
  } finally {
    closeSync(descriptor);
  }
}
