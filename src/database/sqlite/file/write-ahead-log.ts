import { closeSync, lstatSync, openSync, readSync, statSync } from 'node:fs';
import { HEADER_BYTES, MAGIC, readStart } from './header.js';

/** A write-ahead log: a header, then frames of a header and one page each (https://sqlite.org/fileformat.html#walformat). */
const LOG_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const PAGE_SIZE_AT = 8;
const SALT_AT = 16;
/** The last bit says in which order of bytes the checksums are. */
const LOG_MAGIC = 0x377f0682;
const FRAME_SALT_AT = 8;

/** Where the first page tells files apart: size of a page, reserved bytes, the number of the file, the application. */
const SAME = [
  [16, 2],
  [20, 1],
  [60, 4],
  [68, 4],
] as const;
const CHANGES_AT = 24;
const CHANGES_AGAIN_AT = 92;

/** More rounds of a log than any disk can do in a second; each adds one to the salt. */
const MOST_ROUNDS_A_SECOND = 50;
/** For a clock that was set back meanwhile, as on a board without a battery; another log meets it once in 4000 times. */
const SPARE_ROUNDS = 1_000_000;

/** Whether there is a log with something in it. */
export function hasFrames(log: string): boolean {
  return (statSync(log, { throwIfNoEntry: false })?.size ?? 0) > LOG_HEADER_BYTES;
}

/** What SQLite would know a log by: a number that begins at random and grows by one with each round of the log. */
export function saltOf(log: string): number | null {
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) < LOG_HEADER_BYTES) return null;
  const header = readStart(log, LOG_HEADER_BYTES);
  return header.length < LOG_HEADER_BYTES ? null : header.readUInt32BE(SALT_AT);
}

/** What the last process that served the file noted of its log. */
interface Noted {
  readonly logSalt: number | null;
  readonly started: string;
}

/**
 * SQLite applies any sound log that lies beside a file, also one of another file or of another time; that ruins the
 * file. So a log has to be known: by its salt, else by the first page in it, which names its file. It also has to be of
 * the same time, for somebody may have restored a copy and left the log of the file that was there before. A log of
 * which nothing is known is taken for the file's own, as SQLite does.
 *
 * @returns why the log cannot be that of the file; `undefined` where it may be.
 */
export function walMismatch(file: string, noted: Noted | undefined): string | undefined {
  const log = `${file}-wal`;
  if (lstatSync(log, { throwIfNoEntry: false })?.isSymbolicLink()) return 'it is a link';
  if (!hasFrames(log)) return undefined;
  const own = readStart(file, HEADER_BYTES);
  if (own.length < HEADER_BYTES || !own.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  if ((readStart(log, LOG_HEADER_BYTES).readUInt32BE(0) & ~1) !== LOG_MAGIC) return 'it is none';
  const carried = firstPagesIn(log);
  if (isOfOtherTime(carried, own)) return 'it is of another time than the file';
  const salt = saltOf(log);
  if (noted?.logSalt != null && salt !== null && isLaterRound(salt, noted.logSalt, noted.started))
    return undefined;
  if (carried.length > 0) {
    return carried.every((page) => isOfSameFile(page, own)) ? undefined : 'it is that of another file';
  }
  return noted?.logSalt == null ? undefined : 'it is not the log that was begun for the file';
}

/**
 * The first page counts the connections that have changed it (the header has the number twice). A log is begun when all
 * of the one before is in the file, so its first change is at most the next one; and the file is never ahead of its log.
 * A copy that SQLite made of a file counts from the beginning.
 */
function isOfOtherTime(carried: readonly Buffer[], own: Buffer): boolean {
  const [first, last] = [carried[0], carried.at(-1)];
  const count = own.readUInt32BE(CHANGES_AT);
  if (!first || !last || count !== own.readUInt32BE(CHANGES_AGAIN_AT)) return false;
  return first.readUInt32BE(CHANGES_AT) > count + 1 || last.readUInt32BE(CHANGES_AT) < count;
}

function isOfSameFile(page: Buffer, own: Buffer): boolean {
  return SAME.every(([at, length]) => page.compare(own, at, at + length, at, at + length) === 0);
}

function isLaterRound(salt: number, began: number, started: string): boolean {
  const seconds = Math.max(0, Date.now() - Date.parse(started)) / 1000;
  return (salt - began) >>> 0 <= SPARE_ROUNDS + seconds * MOST_ROUNDS_A_SECOND;
}

/** The headers of the first page, as often as the log carries it. Frames of an earlier round have another salt. */
function firstPagesIn(log: string): Buffer[] {
  const descriptor = openSync(log, 'r');
  try {
    const header = Buffer.alloc(LOG_HEADER_BYTES);
    readSync(descriptor, header, 0, header.length, 0);
    const step = FRAME_HEADER_BYTES + header.readUInt32BE(PAGE_SIZE_AT);
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
