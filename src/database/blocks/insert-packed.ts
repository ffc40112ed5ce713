import { setImmediate as nextTurn } from 'node:timers/promises';
import { toStoredBlock, writeWholeText } from '../../columns/index.js';
import type { JsonText } from '../../json/index.js';
import { Mutex } from '../../time/mutex.js';
import type { Database } from '../database.js';
import type { Subject } from '../feed/feed-change.js';
import { insertBlock } from './write-block.js';

/** One after the other: each needs memory for what it is compressed to, twice for a moment. */
const compressing = new Mutex();

/** A row whose text is packed before it is written. */
export interface LargeRow {
  readonly timestamp: string;
  readonly document: JsonText;
}

/**
 * Saves a large snapshot in a block of its own. It is compressed outside the event loop: what is written, and what the log and
 * the disk get of it, is a part of it.
 * @returns its id.
 * @throws the problems of `Database.write`.
 */
export async function insertPacked(
  database: Database,
  { timestamp, document }: LargeRow,
  topic: string,
): Promise<number> {
  database.assertOpen();
  let bytes = 0;
  const stored = await compressing.runExclusive(async () => {
    const parts = await document.encoded();
    bytes = parts.reduce((sum, { length }) => sum + length, 0);
    return toStoredBlock(writeWholeText(parts));
  });
  const { dialect } = database.engine.rows;
  const { toDriver, returning, insertedId } = dialect;
  const subject: Subject<number> = { topic, kind: 'insert', ids: (id) => [id] };
  const row = `INSERT INTO cluster_snapshots ("timestamp", snapshot, block_id, block_index, bytes)
    VALUES (?, '', ?, 0, ?)${returning('"id"')}`;
  return database.write(
    async (manager) => {
      const block = await insertBlock(manager, dialect, 1, stored);
      // To insert and to commit so much takes long each: requests are served in between.
      await nextTurn();
      const values = [timestamp, block, bytes];
      return insertedId(await manager.query(toDriver(row), values));
    },
    subject,
    { bytes: stored.body.length },
  );
}
