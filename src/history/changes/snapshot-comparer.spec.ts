import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { Database } from '../../database/index.js';
import { checkFile } from '../../database/sqlite/recovery/integrity-check.js';
import { ProblemError } from '../../problems/problem.error.js';
import { SnapshotComparer } from './snapshot-comparer.js';

let folder: string;
let file: string;
let database: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-test-'));
  file = join(folder, 'memory.db');
  database = await Database.open({ file, logger: false });
  database.background?.start(new SnapshotComparer(database));
});
afterEach(async () => {
  await database.onApplicationShutdown();
  rmSync(folder, { recursive: true });
});

const minute = (at: number): string => new Date(Date.UTC(2026, 10, 22, 2, at)).toISOString();
const state = (status: string): string =>
  JSON.stringify({ data: [{ id: 'lxc/104', type: 'lxc', vmid: 104, name: 'dns', node: 'pve1', status }] });

async function save(...rows: readonly (readonly [at: number, snapshot: string])[]): Promise<void> {
  await database.write(async (manager) => {
    for (const [at, snapshot] of rows)
      await manager.query('INSERT INTO cluster_snapshots ("timestamp", snapshot) VALUES (?, ?)', [
        minute(at),
        snapshot,
      ]);
  }, 'snapshots');
}

/** What another program does to the file. */
function run<Row>(sql: string, ...values: unknown[]): Row[] {
  const handle = new Sqlite(file);
  try {
    const statement = handle.prepare(sql);
    if (statement.reader) return statement.all(...values) as Row[];
    statement.run(...values);
    return [];
  } finally {
    handle.close();
  }
}

async function compared(): Promise<void> {
  while (run('SELECT 1 FROM snapshots_to_compare').length > 0)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

async function wake(): Promise<void> {
  await database.write((manager) => manager.query('SELECT 1'), 'snapshots');
  await compared();
}

/** The texts of the lines by snapshot. */
function lines(): Record<number, string[]> {
  const rows = run<{ id: number; lines: string }>(
    'SELECT snapshot_id AS id, lines FROM snapshot_changes ORDER BY 1',
  );
  return Object.fromEntries(
    rows.map((row) => [row.id, (JSON.parse(row.lines) as { text: string }[]).map(({ text }) => text)]),
  );
}

const STOPPED = 'guest lxc/104 (dns) went from running to stopped';
const STARTED = 'guest lxc/104 (dns) went from stopped to running';

describe('SnapshotComparer', () => {
  it('keeps lines only where something changed, and compares late ones with both neighbours', async () => {
    await save([0, state('running')], [1, state('running')], [5, state('stopped')], [6, state('stopped')]);
    await compared();
    expect(lines()).toEqual({ 3: [STOPPED] });
    expect(run('SELECT snapshot_id, "timestamp" FROM snapshot_changes')).toEqual([
      { snapshot_id: 3, timestamp: minute(5) },
    ]);
    // It had stopped earlier, and had run in between.
    await save([3, state('running')], [2, state('stopped')]);
    await compared();
    expect(lines()).toEqual({ 3: [STOPPED], 5: [STARTED], 6: [STOPPED] });
    // Two in one millisecond have the order of their ids.
    await save([6, state('running')]);
    await compared();
    expect(lines()).toEqual({ 3: [STOPPED], 5: [STARTED], 6: [STOPPED], 7: [STARTED] });
    expect((await checkFile(file)).findings).toEqual([]);
  });

  it('compares again what others delete, change and replace', async () => {
    await save([0, state('running')], [1, state('stopped')], [2, state('running')], [3, state('running')]);
    await compared();
    expect(lines()).toEqual({ 2: [STOPPED], 3: [STARTED] });
    run('DELETE FROM cluster_snapshots WHERE id = 2');
    expect(run('SELECT id FROM snapshots_to_compare')).toEqual([{ id: 3 }]);
    await wake();
    expect(lines()).toEqual({});
    run('UPDATE cluster_snapshots SET snapshot = ? WHERE id = 3', state('stopped'));
    await wake();
    expect(lines()).toEqual({ 3: [STOPPED], 4: [STARTED] });
    run('UPDATE cluster_snapshots SET "timestamp" = ? WHERE id = 3', minute(9));
    await wake();
    expect(lines()).toEqual({ 3: [STOPPED] });
    run('DELETE FROM cluster_snapshots');
    expect([lines(), run('SELECT id FROM snapshots_to_compare')]).toEqual([{}, []]);
    expect((await checkFile(file)).findings).toEqual([]);
  });

  it('does not take it for a change that a text goes to a block, or its id is negative for a moment', async () => {
    await save([0, state('running')], [1, state('stopped')]);
    await compared();
    run(`UPDATE cluster_snapshots SET id = -id, snapshot = '', block_id = 7 WHERE id = 2`);
    run('UPDATE cluster_snapshots SET id = -id WHERE id = -2');
    expect(run('SELECT id FROM snapshots_to_compare')).toEqual([]);
    expect(lines()).toEqual({ 2: [STOPPED] });
    // Another program knows nothing of blocks.
    run('UPDATE cluster_snapshots SET snapshot = ? WHERE id = 2', state('running'));
    expect(run('SELECT id FROM snapshots_to_compare')).toHaveLength(1);
  });

  it('compares again what others replace, which fires no trigger for what was there', async () => {
    await save([0, state('running')], [1, state('stopped')], [2, state('stopped')], [3, state('running')]);
    await compared();
    expect(lines()).toEqual({ 2: [STOPPED], 4: [STARTED] });
    run(
      'INSERT OR REPLACE INTO cluster_snapshots (id, "timestamp", snapshot) VALUES (2, ?, ?)',
      minute(9),
      state('stopped'),
    );
    await wake();
    expect(lines()).toEqual({ 2: [STOPPED], 3: [STOPPED], 4: [STARTED] });
    expect((await checkFile(file)).findings).toEqual([]);
  });

  it('gives up on two that end the thread again and again', async () => {
    const run = database.inThread.bind(database);
    const given = jest.spyOn(database, 'inThread').mockImplementation((program, input, signal) => {
      const isGivenUp = Reflect.get(input as object, 'isGivenUp') as boolean;
      return isGivenUp ? run(program, input, signal) : Promise.reject(new Error('The thread has ended.'));
    });
    await save([0, state('running')], [1, state('stopped')]);
    for (const failures of [1, 2]) {
      while (given.mock.calls.length < failures) await new Promise((resolve) => setTimeout(resolve, 20));
      await database.write((manager) => manager.query('SELECT 1'), 'snapshots');
    }
    await wake();
    expect(lines()).toEqual({ 2: ['the snapshot could not be compared with the one before it'] });
  });

  it('gives up nothing for being refused while many wait for the thread', async () => {
    const given = jest.spyOn(database, 'inThread');
    for (let times = 0; times < 3; times++)
      given.mockRejectedValueOnce(new ProblemError('read_queue_full', 'Too many wait.'));
    await save([0, state('running')], [1, state('stopped')]);
    for (const refusals of [1, 2, 3]) {
      while (given.mock.calls.length < refusals) await new Promise((resolve) => setTimeout(resolve, 20));
      await database.write((manager) => manager.query('SELECT 1'), 'snapshots');
    }
    await wake();
    expect(lines()).toEqual({ 2: [STOPPED] });
  });

  it('begins with what is there, in many runs, and forgets what triggers did not see', async () => {
    await database.onApplicationShutdown();
    const handle = new Sqlite(file);
    const insert = handle.prepare('INSERT INTO cluster_snapshots ("timestamp", snapshot) VALUES (?, ?)');
    for (let at = 0; at < 100; at++)
      insert.run(minute(at), at % 10 < 5 ? state('running') : state('stopped'));
    handle.exec(
      `INSERT INTO snapshots_to_compare ("timestamp", id) VALUES ('2020-01-01T00:00:00.000Z', 7777)`,
    );
    handle.close();
    database = await Database.open({ file, logger: false });
    database.background?.start(new SnapshotComparer(database));
    await compared();
    expect(Object.keys(lines())).toHaveLength(19);
    expect((await checkFile(file)).findings).toEqual([]);
  });
});
