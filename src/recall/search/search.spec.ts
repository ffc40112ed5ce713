import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readerOf } from '../../../test/support/thread-reader.js';
import { Database } from '../../database/index.js';
import type { Query, ThreadReader } from '../../database/programs.js';
import { search } from './search.js';
import type { SearchInput, SearchOutput } from './search.types.js';

const NOW = '2026-11-22T20:15:00.000Z';
const COUNT = 256;
const WORDS =
  'backup disk server network storage memory fan certificate update cluster snapshot printer'.split(' ');

const wordsAt = (index: number): string =>
  [0, 1, 2].map((step) => WORDS[(index * (step + 1) + (index >> (step + 1))) % WORDS.length]).join(' ');
const timeAt = (index: number): string =>
  new Date(Date.parse('2026-01-01') + index * 3_600_000).toISOString();

describe('A search', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-test-'));
  let database: Database;
  let reader: ThreadReader;

  beforeAll(async () => {
    database = await Database.open({ file: join(folder, 'memory.db'), logger: false });
    reader = readerOf(database);
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    rmSync(folder, { recursive: true });
  });

  const ask = (q: string, parts: Partial<SearchInput> = {}): Promise<SearchOutput> =>
    search(reader, {
      q,
      filters: {},
      limit: 50,
      neighbours: 0,
      fold: true,
      explain: false,
      now: NOW,
      ...parts,
    });

  /** What is found, without what the search was made from. */
  async function found(q: string, parts?: Partial<SearchInput>): Promise<unknown> {
    const { hits, hasMore, correctedTo, searched } = await ask(q, parts);
    return { hits, hasMore, correctedTo, searched };
  }

  async function fill(): Promise<void> {
    const queries = Array.from({ length: COUNT }, (_, index): Query[] => [
      {
        text: 'INSERT INTO conversations (session_id, "timestamp", role, content) VALUES (?, ?, ?, ?)',
        values: [
          `chat-${index % 7}`,
          timeAt(index),
          'user',
          `About the ${wordsAt(index)} of vm:${100 + (index % 9)}`,
        ],
      },
      {
        text: 'INSERT INTO events ("timestamp", type, severity, source, node, summary) VALUES (?, ?, ?, ?, ?, ?)',
        values: [
          timeAt(index),
          'alert',
          'warning',
          'monitor',
          `pve-0${index % 3}`,
          `${wordsAt(index)} at ${index} %`,
        ],
      },
    ]).flat();
    await database.write(async (manager) => {
      for (const { text, values } of queries) await manager.query(text, [...values]);
    });
  }

  async function untilIndexed(): Promise<void> {
    const text = 'SELECT sum(mark) AS mark FROM search_marks';
    for (;;) {
      const { rows } = await reader.read<{ mark: number }>({ text, values: [] });
      if (rows[0]?.mark === 2 * COUNT) return;
      await sleep(20);
    }
  }

  it('of an empty memory finds nothing', async () => {
    expect(await ask('backup')).toMatchObject({ hits: [], hasMore: false, searched: { rows: 0 } });
  });

  it('finds the same, with the same scores, whether rows are indexed or not', async () => {
    const queries: [string, Partial<SearchInput>][] = [
      ['backup of the server', {}],
      ['"disk fan" certificate', {}],
      ['vm:104', { fold: false }],
      ['bakcup storage', {}],
      ['memory update', { filters: { node: 'pve-01' }, fold: false }],
      ['printer', { filters: { since: timeAt(40), until: timeAt(90) } }],
      ['cluster network', { filters: { sessionId: 'chat-3' }, neighbours: 2 }],
    ];
    await fill();
    const before = [];
    for (const [q, parts] of queries) before.push(await found(q, parts));
    await untilIndexed();
    const after = [];
    for (const [q, parts] of queries) after.push(await found(q, parts));
    expect(after).toEqual(before);
    expect(before).not.toContainEqual(expect.objectContaining({ hits: [] }));
  });

  it('never finds what was deleted, and finds what was changed as it is now', async () => {
    await untilIndexed();
    await database.write(async (manager) => {
      await manager.query(`UPDATE events SET summary = 'the lighthouse is dark' WHERE id = 3`);
      await manager.query('DELETE FROM events WHERE id = 4');
    });
    const { hits } = await ask('lighthouse');
    expect(hits.map(({ key }) => key)).toEqual([3]);
    const rest = await ask(wordsAt(3), { kinds: ['event'], fold: false });
    expect(rest.hits.map(({ key }) => key)).not.toContain(4);
    const old = await ask(`"${wordsAt(2)} at 2"`, { kinds: ['event'], fold: false });
    expect(old.hits.map(({ key }) => key)).not.toContain(3);
  });
});
