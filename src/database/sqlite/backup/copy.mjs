// JavaScript, with its types in comments: a thread begins with a file that Node runs as it is, and the tests run the
// sources. The compiler checks it like everything else.
import { Buffer } from 'node:buffer';
import { closeSync, createReadStream, fdatasyncSync, openSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, gzipSync } from 'node:zlib';
import Sqlite from 'better-sqlite3';
import { damageIn, openToRead, quoted } from '../connection/read-only.mjs';

/** @typedef {import('better-sqlite3').Database} SqliteHandle */
/** @typedef {Readonly<Record<string, number>>} RowCounts the rows of each table, by its name */
/** @typedef {(done: number, total: number) => void} Report hears how far a step is */

/** What an error carries as its `code` where a copy is not what it was made from. */
export const COPY_DAMAGED = 'COPY_DAMAGED';

/** Pages between two reports, of 4 KB as a rule. */
const PAGES_AT_ONCE = 1000;
/** What is written between two syncs. A service that syncs its commits waits for what others have not synced. */
const BYTES_AT_ONCE = 4_194_304;
const LONGEST_PAUSE_MS = 50;
const OWNER_ONLY = 0o600;

/**
 * Counts the rows of every table but those of SQLite itself and virtual ones.
 *
 * @param {SqliteHandle} handle
 * @returns {RowCounts}
 */
export function countRows(handle) {
  const names = /** @type {string[]} */ (
    handle
      .prepare(
        `SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name`,
      )
      .pluck()
      .all()
  );
  const count = (/** @type {string} */ name) =>
    handle
      .prepare(`SELECT count(*) FROM ${quoted(name)}`)
      .pluck()
      .get();
  return Object.fromEntries(names.map((name) => [name, Number(count(name))]));
}

/**
 * Copies what is committed at this moment, with what is still in the write-ahead log, into a file that needs no other.
 * The open read transaction holds the moment: without it, each commit of a service that writes would make SQLite
 * begin the copy again.
 *
 * @param {string} source
 * @param {string} target an empty file
 * @param {Report} report
 * @returns {Promise<RowCounts>} what the source held at that moment
 */
export async function copySnapshot(source, target, report) {
  const handle = openToRead(source);
  const written = openSync(target, 'r+');
  try {
    handle.exec('BEGIN');
    const rows = countRows(handle);
    await handle.backup(target, {
      progress: ({ totalPages, remainingPages }) => {
        report(totalPages - remainingPages, totalPages);
        goEasy(written);
        return PAGES_AT_ONCE;
      },
    });
    handle.exec('COMMIT');
    return rows;
  } finally {
    handle.close();
    closeSync(written);
  }
}

/**
 * Leaves the disk to others for as long as it was kept busy.
 *
 * @param {number} descriptor of the file that is being written
 */
function goEasy(descriptor) {
  const begun = performance.now();
  fdatasyncSync(descriptor);
  const pause = Math.min(performance.now() - begun, LONGEST_PAUSE_MS);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
}

/**
 * Takes a file out of WAL: the copy says of itself what its source is, and a reader would make files beside it.
 *
 * @param {string} file
 */
export function standAlone(file) {
  const handle = new Sqlite(file, { fileMustExist: true });
  try {
    handle.pragma('journal_mode = DELETE');
  } finally {
    handle.close();
  }
}

/**
 * @param {string} file a copy
 * @param {RowCounts} expected
 * @throws Error with the code `COPY_DAMAGED` where it is damaged, or does not hold what it should
 */
export function verifyCopy(file, expected) {
  const handle = openToRead(file);
  try {
    const finding = damageIn(handle);
    if (finding !== undefined) throw damaged(finding);
    const found = countRows(handle);
    const differing = Object.keys({ ...expected, ...found }).find((name) => found[name] !== expected[name]);
    if (differing !== undefined) {
      throw damaged(`${differing} has ${found[differing]} rows instead of ${expected[differing]}`);
    }
  } finally {
    handle.close();
  }
}

/**
 * Compresses a file and reads the result back, which checks its length and its checksum. It is compressed in this
 * thread, part by part (RFC 1952 lets a file have many members): Node would do it in threads of its own, whose
 * priority is that of the service, as it does the reading back, which is short.
 *
 * @param {string} source
 * @param {string} target must not be there
 * @param {Report} report
 */
export async function compress(source, target, report) {
  const { size } = statSync(source);
  const parts = createReadStream(source, { highWaterMark: BYTES_AT_ONCE });
  await pipeline(parts, reporting(size, report), zipping(), newFile(target));
  let length = 0;
  const counting = new Writable({
    write(chunk, _, done) {
      length += chunk.length;
      done();
    },
  });
  await pipeline(createReadStream(target), createGunzip(), counting);
  if (length !== size) throw damaged(`${length} bytes came back instead of ${size}`);
}

/**
 * Copies a file that may be compressed, as its first bytes tell.
 *
 * @param {string} source
 * @param {string} target must not be there
 * @param {Report} report
 */
export async function expand(source, target, report) {
  const reading = reporting(statSync(source).size, report);
  if (await isCompressed(source))
    await pipeline(createReadStream(source), reading, createGunzip(), newFile(target));
  else await pipeline(createReadStream(source), reading, newFile(target));
}

const GZIP = Buffer.from([0x1f, 0x8b]);

/**
 * By its first bytes, whatever its name is.
 *
 * @param {string} file
 * @returns {Promise<boolean>}
 */
export async function isCompressed(file) {
  const chunks = [];
  for await (const chunk of createReadStream(file, { end: GZIP.length - 1 })) chunks.push(chunk);
  return Buffer.concat(chunks).equals(GZIP);
}

/**
 * Reports what passes through.
 *
 * @param {number} total
 * @param {Report} report
 */
function reporting(total, report) {
  let done = 0;
  return new Transform({
    transform(chunk, _, pass) {
      done += chunk.length;
      report(done, total);
      pass(null, chunk);
    },
  });
}

/** Makes each chunk a member of a compressed file. */
function zipping() {
  return new Transform({
    transform(chunk, _, pass) {
      pass(null, gzipSync(chunk));
    },
  });
}

/**
 * The end of a pipeline: a file that is not there yet, for its owner only. It is on disk when the pipeline is done.
 *
 * @param {string} file
 * @returns {(chunks: AsyncIterable<Buffer>) => Promise<void>}
 */
function newFile(file) {
  return async (chunks) => {
    const handle = await open(file, 'wx', OWNER_ONLY);
    try {
      let unsynced = 0;
      for await (const chunk of chunks) {
        await handle.appendFile(chunk);
        unsynced += chunk.length;
        if (unsynced < BYTES_AT_ONCE) continue;
        await handle.datasync();
        unsynced = 0;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  };
}

/**
 * @param {string} reason
 * @returns {Error & { code: string }}
 */
function damaged(reason) {
  return Object.assign(new Error(`The copy is not right: ${reason}.`), { code: COPY_DAMAGED });
}
