import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { Changes } from '../../changes.js';
import { NO_LOG } from '../../database.options.js';
import { SchemaWatch } from './schema-watch.js';

describe('The watch for other programs', () => {
  let folder: string;
  let own: SqliteHandle;
  let other: SqliteHandle;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-test-'));
    own = new Sqlite(join(folder, 'a.db'));
    own.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a)');
    other = new Sqlite(join(folder, 'a.db'));
  });

  afterEach(() => {
    own.close();
    other.close();
    rmSync(folder, { recursive: true });
  });

  it('lets the versions change at once, also in a turn that had read earlier ones, and the next group record it', () => {
    const watch = new SchemaWatch(own, [], NO_LOG);
    const changes = new Changes(watch);
    const before = changes.versionOf('events');
    other.exec('INSERT INTO t VALUES (1)');
    // As a transaction does before its units run.
    watch.check();
    expect(changes.versionOf('events')).not.toBe(before);
    const recorded = changes.toRecord([{ subject: { topic: 'events', kind: 'insert', ids: () => [1] } }]);
    expect(recorded.map(({ topic }) => topic)).toEqual(['*', 'events']);
  });
});
