import { cp, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { startService, temporaryFolder, type TestService } from './support/service.js';

const COUNT = 70;
const textOf = (index: number): string => `{"nodes":[{"name":"pve${index % 3}","cpu":0.${1000 + index}}]}`;

const LOG_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** Where the transactions of a write-ahead log end (https://sqlite.org/fileformat.html#walformat). */
function endsOfTransactions(log: Buffer): number[] {
  const frameBytes = FRAME_HEADER_BYTES + log.readUInt32BE(8);
  const salt = log.subarray(16, 24);
  const ends: number[] = [];
  for (let at = LOG_HEADER_BYTES; at + frameBytes <= log.length; at += frameBytes) {
    if (!log.subarray(at + 8, at + 16).equals(salt)) break;
    if (log.readUInt32BE(at + 4) > 0) ends.push(at + frameBytes);
  }
  return ends;
}

function packedIn(file: string): number {
  const handle = new Sqlite(file, { readonly: true });
  const count = handle.prepare('SELECT count(*) FROM cluster_snapshots WHERE block_id IS NOT NULL').pluck();
  const packed = Number(count.get());
  handle.close();
  return packed;
}

async function untilPacked(service: TestService): Promise<void> {
  await service.call('put', '/memory/preferences/touched').send({ value: 1 }).expect(200);
  while (packedIn(service.file) === 0) await sleep(50);
}

/** Packing commits without waiting for the disk. */
describe('Packing that a power cut has undone', () => {
  let service: TestService;
  let ends: number[];
  const folders: string[] = [];

  beforeAll(async () => {
    service = await startService();
    const rows = Array.from(
      { length: COUNT },
      (_, index) => `('2026-11-01T00:00:00.000Z', '${textOf(index)}')`,
    );
    await service.store.run(`INSERT INTO cluster_snapshots (timestamp, snapshot) VALUES ${rows.join(', ')}`);
    await untilPacked(service);
    ends = endsOfTransactions(await readFile(`${service.file}-wal`));
  });
  afterAll(async () => {
    await service.destroy();
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  });

  /** The memory as it would be if the log had reached the disk up to here. */
  async function cutAt(bytes: number): Promise<string> {
    const folder = await temporaryFolder();
    await cp(service.folder, folder, { recursive: true, filter: (name) => !name.endsWith('-shm') });
    await truncate(join(folder, 'jarvis.db-wal'), bytes);
    folders.push(folder);
    return folder;
  }

  /** The last end of a transaction at which nothing was packed. */
  async function endBeforePacking(): Promise<number> {
    for (const end of ends.toReversed()) if (packedIn(join(await cutAt(end), 'jarvis.db')) === 0) return end;
    throw new Error('The log has nothing from before the packing.');
  }

  it.each([
    ['as a whole', 0],
    ['in the middle of a page', 2000],
    ['but for the end of its transaction', -1],
  ])('%s is done again, and every snapshot is answered as before', async (_, more) => {
    const before = await endBeforePacking();
    const packing = ends.find((end) => end > before)!;
    const folder = await cutAt(more < 0 ? packing + more : before + more);
    const next = await startService({ folder });
    for (let round = 0; round < 2; round++) {
      for (let id = 1; id <= COUNT; id++) {
        const { text } = await next.call('get', `/memory/snapshots/${id}`).expect(200);
        expect(text).toContain(`"snapshot":${textOf(id - 1)}}`);
      }
      await untilPacked(next);
    }
    await next.destroy();
  });
});
