import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { Server } from '../processes/server.js';
import { minutesOf } from '../snapshots/minutes.js';
import { percentile } from '../statistics.js';
import type { Figure, Sample } from '../types.js';
import { wanted, type Context } from './context.js';

export const WEEK_BUSY = 'A week of snapshots, all guests busy';
export const WEEK_QUIET = 'A week of snapshots, one guest running';
export const PACKED_SNAPSHOT = 'GET one packed snapshot of a week';
export const OPEN_SNAPSHOT = 'GET one of the newest snapshots';

const WEEK = 10_080;
const QUICK = 1_440;
const READS = 400;
const TABLES = ['cluster_snapshots', 'snapshot_blocks', 'snapshot_changes', 'snapshots_to_compare'];
const LOOK_MS = 250;

/** What a week of minutes takes on the disk when it is packed and compared, and how long reading one of it takes. */
export async function measureSnapshots(context: Context): Promise<Figure[]> {
  const names = [WEEK_BUSY, WEEK_QUIET, PACKED_SNAPSHOT, OPEN_SNAPSHOT];
  if (!names.some((name) => wanted(context.options, name))) return [];
  const figures: Figure[] = [];
  for (const [name, running] of [
    [WEEK_BUSY, 31],
    [WEEK_QUIET, 1],
  ] as const) {
    const file = join(context.folder, `snapshots-${running}.db`);
    const raw = await fill(context, file, running);
    const server = await Server.start('ours', file);
    await untilPacked(context, file);
    if (running > 1) figures.push(...(await readTimes(context, server, file)));
    await server.stop();
    figures.push(sizes(name, raw, bytesOf(file)));
    rmSync(file);
  }
  return figures;
}

/** @returns the bytes of the texts. */
async function fill({ options }: Context, file: string, running: number): Promise<number> {
  await (await Server.start('ours', file)).stop();
  const db = new Database(file);
  db.pragma('synchronous = OFF');
  const insert = db.prepare('INSERT INTO cluster_snapshots (timestamp, snapshot) VALUES (?, ?)');
  let bytes = 0;
  db.transaction(() => {
    for (const { at, text } of minutesOf(options.quick ? QUICK : WEEK, running)) {
      insert.run(at, text);
      bytes += Buffer.byteLength(text);
    }
  })();
  db.close();
  return bytes;
}

/** Until nothing waits to be compared, and no more rows to be packed than an hour has. */
async function untilPacked({ progress }: Context, file: string): Promise<void> {
  const db = new Database(file, { readonly: true });
  const waiting = db.prepare<[], { rows: number; pairs: number }>(
    `SELECT (SELECT count(*) FROM cluster_snapshots WHERE block_id IS NULL) AS rows,
      (SELECT count(*) FROM snapshots_to_compare) AS pairs`,
  );
  const all = waiting.get()?.rows ?? 0;
  progress.begin('Packing snapshots', Math.max(all, 1));
  for (let last = all; ;) {
    const { rows = 0, pairs = 0 } = waiting.get() ?? {};
    for (; last > rows; last -= 1) progress.step(`${rows} rows to pack, ${pairs} to compare`);
    if (rows < 64 && pairs === 0) break;
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

async function readTimes({ options }: Context, server: Server, file: string): Promise<Figure[]> {
  const db = new Database(file, { readonly: true });
  const idsWhere = (condition: string): number[] =>
    db
      .prepare<[], number>(`SELECT id FROM cluster_snapshots WHERE block_id IS ${condition} ORDER BY id`)
      .pluck()
      .all();
  const [packed, open] = [idsWhere('NOT NULL'), idsWhere('NULL')];
  db.close();
  const { url, headers } = await server.target();
  const rounds = options.quick ? 1 : options.rounds;
  const figure = async (name: string, ids: readonly number[]): Promise<Figure> => {
    const samples: Sample[] = [];
    for (let round = 0; round < rounds; round += 1) samples.push(await timesOf(url, headers, ids, round));
    const problems = samples.flatMap(({ problem }) => (problem ? [`ours: ${problem}`] : []));
    return { name, unit: 'ms', samples: { ours: samples }, ratios: [], problems };
  };
  return [await figure(PACKED_SNAPSHOT, packed), await figure(OPEN_SNAPSHOT, open)];
}

/** Asks for one after the other, far apart, so that hardly two lie in one block. */
async function timesOf(
  url: string,
  headers: Record<string, string>,
  ids: readonly number[],
  round: number,
): Promise<Sample> {
  const times: number[] = [];
  for (let read = 0; read < READS; read += 1) {
    const id = ids[(read * 7919 + round * 104_729) % ids.length] ?? 0;
    const begun = performance.now();
    const response = await fetch(`${url}/api/memory/snapshots/${id}`, { headers });
    const { length } = await response.text();
    times.push(performance.now() - begun);
    if (response.status !== 200 || length < 10_000)
      return { value: NaN, problem: `answered ${response.status}` };
  }
  times.sort((a, b) => a - b);
  return { value: percentile(times, 0.95) };
}
