import { closeSync, existsSync, lstatSync, openSync, readSync, statSync } from 'node:fs';
import { HEADER_BYTES, MAGIC, readStart } from './header.js';

/** Layout of a write-ahead log: a header, then frames of a header and a page (https://sqlite.org/fileformat.html#walformat). */
const LOG_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const LOG_PAGE_SIZE_OFFSET = 8;
const SALT_OFFSET = 16;
/** The last bit is the byte order of the checksums. */
const LOG_MAGIC = 0x377f0682;
const FRAME_SALT_OFFSET = 8;

/** Fields of the database header. The first two never change; the next two are 0 until a migration marks the file. */
const PAGE_SIZE_OFFSET = 16;
const RESERVED_BYTES_OFFSET = 20;
const USER_VERSION_OFFSET = 60;
const APPLICATION_ID_OFFSET = 68;
const CHANGE_COUNTER_OFFSET = 24;
const CHANGE_COUNTER_COPY_OFFSET = 92;

/**
 * Upper limit of the rounds that one process writes: 16 TB, since a round has at least 4 MB. The random salt of an
 * unrelated log falls into that range with a probability of 1 in 1000.
 */
const MAX_ROUNDS = 2 ** 22;

/** Whether the log exists and holds at least part of a frame. */
export function hasFrames(log: string): boolean {
  return (statSync(log, { throwIfNoEntry: false })?.size ?? 0) > LOG_HEADER_BYTES;
}

/** The first salt of a log: random for a new log, incremented in each round. */
export function readSalt(log: string): number | null {
  if (!existsSync(log)) return null;
  const header = readStart(log, LOG_HEADER_BYTES);
  return header.length < LOG_HEADER_BYTES ? null : header.readUInt32BE(SALT_OFFSET);
}

/**
 * SQLite applies any valid log beside a file, even that of another file or an older one of the same file, and so
 * overwrites good pages. This function detects such logs by the change counter, by the recorded salt, and by the first
 * page, where the log contains it. A log without any of these is trusted, as SQLite does.
 *
 * @param notedSalt the recorded salt of the log that the last process began for the file.
 * @returns the reason why the log does not belong to the file; `undefined` where it may.
 */
export function walMismatch(file: string, notedSalt: number | null): string | undefined {
  const log = `${file}-wal`;
  if (lstatSync(log, { throwIfNoEntry: false })?.isSymbolicLink()) return 'it is a link';
  if (!hasFrames(log)) return undefined;
  const own = readStart(file, HEADER_BYTES);
  if (own.length < HEADER_BYTES || !own.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  if ((readStart(log, LOG_HEADER_BYTES).readUInt32BE(0) & ~1) !== LOG_MAGIC) return 'it is none';
  const carried = firstPagesIn(log);
  if (isOutOfDate(carried, own)) return 'it is of another time than the file';
  // The salt is checked before the first page: the operator may have changed the user_version while the file was served.
  if (notedSalt !== null && ((readSalt(log) ?? 0) - notedSalt) >>> 0 < MAX_ROUNDS) return undefined;
  if (carried.length > 0) {
    return carried.every((page) => isOfSameFile(page, own)) ? undefined : 'it is that of another file';
  }
  return notedSalt === null ? undefined : 'it is not the log that was begun for the file';
}

/**
 * Compares the change counter of the first page, which each writing connection increments once. A log begins after a
 * complete checkpoint of the previous one, so its first counter is at most one ahead of the file, and its last one is
 * never behind. SQLite restarts the counter of a copied file. The header has the counter twice; where the two differ, a
 * program that does not maintain them wrote the file.
 */
function isOutOfDate(carried: readonly Buffer[], own: Buffer): boolean {
  const [first, last] = [carried[0], carried.at(-1)];
  const count = own.readUInt32BE(CHANGE_COUNTER_OFFSET);
  if (!first || !last || count !== own.readUInt32BE(CHANGE_COUNTER_COPY_OFFSET)) return false;
  return (
    first.readUInt32BE(CHANGE_COUNTER_OFFSET) > count + 1 || last.readUInt32BE(CHANGE_COUNTER_OFFSET) < count
  );
}

/** The log may hold the migration that marks the file, while the file itself is still unmarked. */
function isOfSameFile(page: Buffer, own: Buffer): boolean {
  return (
    page.readUInt16BE(PAGE_SIZE_OFFSET) === own.readUInt16BE(PAGE_SIZE_OFFSET) &&
    page[RESERVED_BYTES_OFFSET] === own[RESERVED_BYTES_OFFSET] &&
    [USER_VERSION_OFFSET, APPLICATION_ID_OFFSET].every((at) =>
      [0, page.readUInt32BE(at)].includes(own.readUInt32BE(at)),
    )
  );
}

/** Every version of the first page's header in the log. Frames of an earlier round have another salt. */
function firstPagesIn(log: string): Buffer[] {
  const descriptor = openSync(log, 'r');
  try {
    const header = Buffer.alloc(LOG_HEADER_BYTES);
    readSync(descriptor, header, 0, header.length, 0);
    const step = FRAME_HEADER_BYTES + header.readUInt32BE(LOG_PAGE_SIZE_OFFSET);
    const frame = Buffer.alloc(FRAME_HEADER_BYTES + HEADER_BYTES);
    const pages: Buffer[] = [];
    for (
      let at = LOG_HEADER_BYTES;
      readSync(descriptor, frame, 0, frame.length, at) === frame.length;
      at += step
    ) {
      const isOfThisRound =
        frame.compare(header, SALT_OFFSET, SALT_OFFSET + 8, FRAME_SALT_OFFSET, FRAME_SALT_OFFSET + 8) === 0;
      if (!isOfThisRound) break;
      if (frame.readUInt32BE(0) === 1) pages.push(Buffer.from(frame.subarray(FRAME_HEADER_BYTES)));
    }
    return pages;
  } finally {
    closeSync(descriptor);
  }
}
