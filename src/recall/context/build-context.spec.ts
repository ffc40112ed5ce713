import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readerOf } from '../../../test/support/thread-reader.js';
import { Database, type Query } from '../../database/index.js';
import type { ThreadReader } from '../../database/programs.js';
import { findSimilar } from '../similar/find-similar.js';
import { buildContext } from './build-context.js';
import type { ContextInput, ContextOutput } from './context.types.js';

const EVENT = `INSERT INTO events ("timestamp", type, severity, source, node, summary, details, resolved, resolved_at, resolved_by)
  VALUES (?, ?, ?, 'monitor', 'pve2', ?, NULL, ?, ?, ?)`;
const day = (number: number, time: string): string =>
  `2026-11-${String(number).padStart(2, '0')}T${time}:00.000Z`;

/** Two nights on which the disk was full and a removal of old dumps helped, and a third one that is open. */
const STORY: readonly Query[] = [
  ...[10, 14].flatMap((number): Query[] => [
    {
      text: EVENT,
      values: [
        day(number, '02:10'),
        'alert',
        'error',
        `Disk usage of local on pve2 is at 9${number % 10} %`,
        1,
        day(number, '03:10'),
        'jarvis',
      ],
    },
    {
      text: EVENT,
      values: [day(number, '02:40'), 'action', 'info', 'Removed 3 old dumps from local', 0, null, null],
    },
  ]),
  {
    text: EVENT,
    values: [day(20, '02:05'), 'alert', 'error', 'Disk usage of local on pve2 is at 97 %', 0, null, null],
  },
  { text: EVENT, values: [day(20, '01:00'), 'alert', 'warning', 'Load of pve2 is 9.1', 0, null, null] },
  ...['Why is the disk of pve2 full?', 'The backup of vm:104 filled it. The old dumps can go.'].map(
    (content, index) => ({
      text: `INSERT INTO conversations (session_id, "timestamp", role, content) VALUES ('chat-1', ?, ?, ?)`,
      values: [day(14, `07:0${index}`), index === 0 ? 'user' : 'assistant', content],
    }),
  ),
  {
    text: `INSERT INTO preferences (key, value, updated_at) VALUES ('backup.keep', '2', ?)`,
    values: [day(1, '00:00')],
  },
  {
    text: 'INSERT INTO cluster_snapshots ("timestamp", snapshot) VALUES (?, ?)',
    values: [
      day(20, '02:00'),
      JSON.stringify({
        resources: [
          { type: 'node', node: 'pve2', status: 'online' },
          { type: 'qemu', vmid: 104, name: 'web', node: 'pve2', status: 'stopped' },
          { type: 'storage', storage: 'local', node: 'pve2', disk: 97, maxdisk: 100, status: 'available' },
        ],
      }),
    ],
  },
];

describe('What is made in the thread of programs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-test-'));
  let database: Database;
  let reader: ThreadReader;

  beforeAll(async () => {
    database = await Database.open({ file: join(folder, 'memory.db'), logger: false });
    reader = readerOf(database);
    for (const query of STORY) await database.write(query);
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    rmSync(folder, { recursive: true });
  });

  const pack = (input: Partial<ContextInput>): Promise<ContextOutput> =>
    buildContext(reader, { budgetTokens: 600, ...input });

  it('is a pack with what is preferred, open, and was said and done, the same each time', async () => {
    const made = await pack({ query: 'why is the disk of pve2 full', sessionId: 'chat-1' });
    expect(made.tokens).toBeLessThanOrEqual(600);
    for (const part of ['[preference backup.keep] 2', '97 %', '[snapshot 1]', '[message 1]']) {
      expect(made.text).toContain(part);
    }
    expect(await pack({ query: 'why is the disk of pve2 full', sessionId: 'chat-1' })).toEqual(made);
  });

  it.each([50, 90, 200])('keeps within %i tokens, and says what had no room', async (budgetTokens) => {
    const made = await pack({ query: 'disk', budgetTokens });
    expect(made.tokens).toBeLessThanOrEqual(budgetTokens);
    expect(made.omitted.length).toBeGreaterThan(0);
  });

  it('has the sections that are asked for', async () => {
    const made = await pack({ node: 'pve2', sections: ['open_events', 'recalled'] });
    expect(made.sections.map(({ name }) => name)).toEqual(['open_events', 'recalled']);
    expect(made.text).not.toContain('backup.keep');
  });

  it.each(['constructor', '__proto__', 'toString hasOwnProperty'])(
    'takes the word %s for a word',
    async (query) => {
      expect((await pack({ query, node: query })).tokens).toBeGreaterThan(0);
    },
  );

  it('knows that an alert was there before, and what helped', async () => {
    const [alert] = (
      await reader.read<{ id: number }>({
        text: `SELECT max(id) AS id FROM events WHERE summary LIKE 'Disk%'`,
        values: [],
      })
    ).rows;
    const similar = await findSimilar(reader, { id: alert!.id, now: day(21, '00:00') });
    expect(similar).toMatchObject({ pattern: { timesSeen: 3, resolved: { times: 2, of: 3 } } });
    expect(similar!.earlier).toHaveLength(2);
    expect(similar!.pattern.actions).toMatchObject([
      { summary: 'Removed 3 old dumps from local', times: 2, stayedAway: { times: 2, of: 2 } },
    ]);
    expect(await findSimilar(reader, { id: 999, now: day(21, '00:00') })).toBeNull();
  });
});
