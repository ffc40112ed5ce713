import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { Database } from '../../src/database/index.js';
import { checkFile } from '../../src/database/sqlite/recovery/integrity-check.js';
import { salvage } from '../../src/database/sqlite/recovery/salvage/salvage.js';
import { snapshotsOf } from '../../src/snapshots/index.js';
import { runCli } from '../support/cli.js';
import { temporaryFolder } from '../support/service.js';

const COUNT = 320;
const textOf = (index: number): string => `{"index":${index},"list":[${index / 7},"${'x'.repeat(500)}"]}`;

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder, 'jarvis.db');
  await Database.open({ file, logger: false }).then((database) => database.onApplicationShutdown());
  fill();
  await packed();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function fill(): void {
  use((handle) => {
    const insert = handle.prepare('INSERT INTO cluster_snapshots (timestamp, snapshot) VALUES (?, ?)');
    for (let index = 0; index < COUNT; index++) {
      insert.run(new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString(), textOf(index));
    }
  });
}

function use<T>(work: (handle: SqliteHandle) => T): T {
  const handle = new Sqlite(file);
  try {
    return work(handle);
  } finally {
    handle.close();
  }
}

/** Serves the file until its snapshots are packed. */
async function packed(): Promise<void> {
  const database = await Database.open({ file, logger: false });
  const left = 'SELECT count(*) AS count FROM cluster_snapshots WHERE block_id IS NULL';
  for (;;) {
    const { rows } = await database.read(async (reader) =>
      reader.read<{ count: number }>({ text: left, values: [] }),
    );
    if (rows[0]!.count < 64) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await database.onApplicationShutdown();
}

/** The texts that are there, by index. */
async function texts(): Promise<Map<number, string>> {
  const database = await Database.open({ file, logger: false });
  const all = await snapshotsOf(database).getSnapshotsSince('2026-01-01');
  await database.onApplicationShutdown();
  return new Map(all.map(({ id, snapshot }) => [id - 1, (snapshot as { text: string }).text]));
}

describe('A file with packed snapshots', () => {
  it('is in order; with one flipped byte the block is named, and a salvage leaves out what lies in it', async () => {
    expect((await checkFile(file)).findings).toEqual([]);
    const lost = use((handle) => {
      const block = handle.prepare('SELECT id, body FROM snapshot_blocks ORDER BY id LIMIT 1').get();
      const { id, body } = block as { id: number; body: Buffer };
      body[body.length >> 1]! ^= 1;
      handle.prepare('UPDATE snapshot_blocks SET body = ? WHERE id = ?').run(body, id);
      return handle
        .prepare('SELECT count(*) FROM cluster_snapshots WHERE block_id = ?')
        .pluck()
        .get(id) as number;
    });
    const [finding, ...others] = (await checkFile(file)).findings;
    expect(others).toEqual([]);
    expect(finding).toMatch(
      /^snapshot_blocks: block 1, with \d+ snapshots from 2026-01-01T00:00:00.000Z to /,
    );

    const { tables } = await salvage(file, '2026-01-02T00-00-00-000Z', 'a test');
    expect(tables.find(({ table }) => table === 'cluster_snapshots')).toMatchObject({
      saved: COUNT - lost,
      lost,
    });
    expect((await checkFile(file)).findings).toEqual([]);
    const saved = await texts();
    expect(saved.size).toBe(COUNT - lost);
    for (const [index, text] of saved) expect(text).toBe(textOf(index));
  });

  it('tells of snapshots whose block is gone', async () => {
    use((handle) => handle.exec('DELETE FROM snapshot_blocks'));
    expect((await checkFile(file)).findings).toEqual([
      expect.stringMatching(
        /^cluster_snapshots: snapshots whose block is not there, or has no such text: \d+$/,
      ),
    ]);
  });

  it('gives its space back by `compact`, also where it is of the first backend', async () => {
    use((handle) => {
      handle.pragma('journal_mode = DELETE');
      handle.pragma('auto_vacuum = NONE');
      handle.exec(`VACUUM; CREATE TABLE big AS SELECT hex(zeroblob(4000000)); DROP TABLE big`);
    });
    const { size } = await stat(file);
    const { code, stdout } = await runCli(['compact'], { DB_PATH: file });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/: \d+\.\d MB before, \d+\.\d MB now\n$/),
    });
    expect((await stat(file)).size).toBeLessThan(size - 7_000_000);
    expect(use((handle) => handle.pragma('auto_vacuum', { simple: true }))).toBe(2);
    expect((await checkFile(file)).findings).toEqual([]);
    const all = await texts();
    for (let index = 0; index < COUNT; index++) expect(all.get(index)).toBe(textOf(index));
  });
});
