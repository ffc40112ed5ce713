import { closeSync, existsSync, lstatSync, openSync, readSync, statSync } from 'node:fs';
import { HEADER_BYTES, MAGIC, readStart } from './header.js';

/** A write-ahead log: a header, then frames of a header and one page each (https://sqlite.org/fileformat.html#walformat). */
const LOG_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const LOG_PAGE_SIZE_AT = 8;
const SALT_AT = 16;
/** The last bit says in which order of bytes the checksums are. */
const LOG_MAGIC = 0x377f0682;
const FRAME_SALT_AT = 8;

/** Fields of the first page. The first two never change; the other two are 0 until a migration marks the file as ours. */
const PAGE_SIZE_AT = 16;
const RESERVED_BYTES_AT = 20;
const USER_VERSION_AT = 60;
const APPLICATION_ID_AT = 68;
const CHANGE_COUNTER_AT = 24;
const CHANGE_COUNTER_COPY_AT = 92;

/**
 * The most rounds of a log that one process is believed to write: 16 TB, for a round has at least 4 MB. The salt of an
 * unrelated log lies within as many once in a thousand times.
 */
const MOST_ROUNDS = 2 ** 22;

/** Whether the log exists and holds at least a part of a frame. */
export function hasFrames(log: string): boolean {
  return (statSync(log, { throwIfNoEntry: false })?.size ?? 0) > LOG_HEADER_BYTES;
}

/** The first salt of a log: SQLite draws it at random for a new log and adds one with each round of it. */
export function readSalt(log: string): number | null {
  if (!existsSync(log)) return null;
  const header = readStart(log, LOG_HEADER_BYTES);
  return header.length < LOG_HEADER_BYTES ? null : header.readUInt32BE(SALT_AT);
}

/**
 * SQLite applies any sound log that lies beside a file, even the log of another file or an older log of the same file,
 * and so overwrites good pages. This function tells such logs: by the change counter, by the salt that the last process
 * noted, and by the first page, where the log carries it. A log of which nothing is known is trusted, as SQLite does.
 *
 * @param notedSalt the salt of the log that the last process began for the file.
 * @returns why the log does not belong to the file; `undefined` where it may.
 */
export function walMismatch(file: string, notedSalt: number | null): string | undefined {
  const log = `${file}-wal`;
  if (lstatSync(log, { throwIfNoEntry: false })?.isSymbolicLink()) return 'it is a link';
  if (!hasFrames(log)) return undefined;
  const own = readStart(file, HEADER_BYTES);
  if (own.length < HEADER_BYTES || !own.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  if ((readStart(log, LOG_HEADER_BYTES).readUInt32BE(0) & ~1) !== LOG_MAGIC) return 'it is none';
  const carried = firstPagesIn(log);
  if (isOfOtherTime(carried, own)) return 'it is of another time than the file';
  // The salt comes before the first page: somebody may have changed the user_version while the file was served.
  if (notedSalt !== null && ((readSalt(log) ?? 0) - notedSalt) >>> 0 < MOST_ROUNDS) return undefined;
  if (carried.length > 0) {
    return carried.every((page) => isOfSameFile(page, own)) ? undefined : 'it is that of another file';
  }
  return notedSalt === null ? undefined : 'it is not the log that was begun for the file';
}

/**
 * Compares the change counter of the first page, which each connection that writes raises once. A log begins when all of
 * the log before it is in the file, so its first counter is at most one ahead of the file, and its last one is never
 * behind. SQLite starts the counter of a copied file anew; the header has it twice, and a file where the two differ was
 * written by a program that does not keep them.
 */
function isOfOtherTime(carried: readonly Buffer[], own: Buffer): boolean {
  const [first, last] = [carried[0], carried.at(-1)];
  const count = own.readUInt32BE(CHANGE_COUNTER_AT);
  if (!first || !last || count !== own.readUInt32BE(CHANGE_COUNTER_COPY_AT)) return false;
  return first.readUInt32BE(CHANGE_COUNTER_AT) > count + 1 || last.readUInt32BE(CHANGE_COUNTER_AT) < count;
}

/** The log may hold the migration that marks the file, of which the file itself knows nothing yet. */
function isOfSameFile(page: Buffer, own: Buffer): boolean {
  return (
    page.readUInt16BE(PAGE_SIZE_AT) === own.readUInt16BE(PAGE_SIZE_AT) &&
    page[RESERVED_BYTES_AT] === own[RESERVED_BYTES_AT] &&
    [USER_VERSION_AT, APPLICATION_ID_AT].every((at) =>
      [0, page.readUInt32BE(at)].includes(own.readUInt32BE(at)),
    )
  );
}

/** Every version of the first page's header that the log carries. Frames of an earlier round have another salt. */
function firstPagesIn(log: string): Buffer[] {
  const descriptor = openSync(log, 'r');
  try {
    const header = Buffer.alloc(LOG_HEADER_BYTES);
    readSync(descriptor, header, 0, header.length, 0);
    const step = FRAME_HEADER_BYTES + header.readUInt32BE(LOG_PAGE_SIZE_AT);
    const frame = Buffer.alloc(FRAME_HEADER_BYTES + HEADER_BYTES);
    const pages: Buffer[] = [];
    for (
      let at = LOG_HEADER_BYTES;
      readSync(descriptor, frame, 0, frame.length, at) === frame.length;
      at += step
    ) {
      const isOfThisRound =
        frame.compare(header, SALT_AT, SALT_AT + 8, FRAME_SALT_AT, FRAME_SALT_AT + 8) === 0;
      if (!isOfThisRound) break;
      if (frame.readUInt32BE(0) === 1) pages.push(Buffer.from(frame.subarray(FRAME_HEADER_BYTES)));
    }
    return pages;
  } finally {
    closeSync(descriptor);
  }
}
