import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { longestHoldMs } from '../processes/event-loop.js';
import { Server } from '../processes/server.js';
import { minutesOf } from '../snapshots/minutes.js';
import type { Figure, Sample } from '../types.js';
import { wanted, type Context } from './context.js';
import { measureReads, NAMES_OF_READS } from './snapshot-reads.js';

export const ALL_BUSY = 'Snapshots, one a minute, all guests busy';
export const ONE_RUNNING = 'Snapshots, one a minute, one guest running';
export const PACKING = 'Longest hold of the event loop while snapshots are packed';

const COMMIT_ROWS = 1_440;
const TABLES = ['cluster_snapshots', 'snapshot_blocks', 'snapshot_changes', 'snapshots_to_compare'];
/** Each look takes a processor for a moment, which the service would wait for. */
const LOOK_MS = 5_000;
/** Rows that stay as they came, at most: an hour of minutes. */
const OPEN_ROWS = 64;
/** What most blocks have. */
const BLOCK_ROWS = 120;

/** What minutes take on the disk when they are packed and compared, and how long it takes to read one, or to compare two. */
export async function measureSnapshots(context: Context): Promise<Figure[]> {
  const ofBusy = [ALL_BUSY, PACKING, ...NAMES_OF_READS];
  const isWanted = (names: readonly string[]) => names.some((name) => wanted(context.options, name));
  return [
    ...(isWanted(ofBusy) ? await measureCluster(context, ALL_BUSY, 31) : []),
    ...(isWanted([ONE_RUNNING]) ? await measureCluster(context, ONE_RUNNING, 1) : []),
  ];
}

async function measureCluster(context: Context, name: string, running: number): Promise<Figure[]> {
  const file = join(context.folder, `snapshots-${running}.db`);
  const raw = await fill(context, file, running);
  // What was filled and is still to be written to disk is not the fault of the service, whose commits would wait for it.
  execFileSync('sync');
  const server = await Server.start('ours', file);
  const target = await server.target();
  // The event loop of the bench has nearly nothing to do: what holds this one up as well comes from the machine.
  const idle = monitorEventLoopDelay({ resolution: 1 });
  await longestHoldMs(target);
  idle.enable();
  await untilPacked(context, file);
  idle.disable();
  const held: Sample = { value: await longestHoldMs(target) };
  const reads = name === ALL_BUSY ? await measureReads(context, target, file) : [];
  await server.stop();
  const figures = [sizes(name, raw, bytesOf(file))];
  rmSync(file);
  const samples = { ours: [held], idle: [{ value: idle.max / 1_000_000 }] };
  const packing: Figure = { name: PACKING, unit: 'ms', samples, ratios: [['ours', 'idle']], problems: [] };
  return name === ALL_BUSY ? [...figures, packing, ...reads] : figures;
}

/** @returns the bytes of the texts. */
async function fill({ options }: Context, file: string, running: number): Promise<number> {
  await (await Server.start('ours', file)).stop();
  const db = new Database(file);
  db.pragma('synchronous = OFF');
  const insert = db.prepare('INSERT INTO cluster_snapshots (timestamp, snapshot) VALUES (?, ?)');
  let bytes = 0;
  let rows = 0;
  db.exec('BEGIN');
  for (const { at, text } of minutesOf(options.snapshotMinutes, running)) {
    insert.run(at, text);
    bytes += Buffer.byteLength(text);
    // A log with a year in it would be as large as the file.
    if (++rows % COMMIT_ROWS === 0) db.exec('COMMIT; BEGIN');
  }
  db.exec('COMMIT');
  db.close();
  return bytes;
}

/** Until nothing waits to be compared, and no more rows to be packed than an hour has. */
async function untilPacked({ options, progress }: Context, file: string): Promise<void> {
  const db = new Database(file, { readonly: true });
  const look = db.prepare<[], { open: number; waits: number; blocks: number }>(
    `SELECT (SELECT count(*) FROM (SELECT 1 FROM cluster_snapshots WHERE block_id IS NULL LIMIT ${OPEN_ROWS})) AS open,
      EXISTS (SELECT 1 FROM snapshots_to_compare) AS waits, coalesce((SELECT max(id) FROM snapshot_blocks), 0) AS blocks`,
  );
  progress.begin('Packing snapshots', Math.ceil(options.snapshotMinutes / BLOCK_ROWS));
  for (let last = 0; ;) {
    const { open = 0, waits = 0, blocks = 0 } = look.get() ?? {};
    progress.step(open < OPEN_ROWS ? 'the rest is compared' : `${blocks} blocks`, blocks - last);
    last = blocks;
    if (open < OPEN_ROWS && waits === 0) break;
    await sleep(LOOK_MS);
  }
  progress.end();
  db.close();
}

/** The pages of all tables of snapshots and of their indexes. */
function bytesOf(file: string): number {
  const db = new Database(file, { readonly: true });
  const names = TABLES.map((name) => `'${name}'`).join(', ');
  const bytes = db
    .prepare<[], number>(
      `SELECT sum(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name IN (${names}))`,
    )
    .pluck()
    .get();
  db.close();
  return bytes ?? NaN;
}

function sizes(name: string, raw: number, stored: number): Figure {
  const megabytes = (bytes: number): Sample[] => [{ value: bytes / 1_000_000 }];
  return {
    name,
    unit: 'MB',
    samples: { ours: megabytes(stored), json: megabytes(raw) },
    ratios: [['json', 'ours']],
    problems: [],
  };
}
