import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readerOf } from '../../../test/support/thread-reader.js';
import { Database } from '../../database/index.js';
import { budgetRule, conversationRule, eventRule, snapshotRule } from '../../retention-rules/notation.js';
import { makePlan } from './make-plan.js';
import type { Plan, Rules, Sizes } from './plan.types.js';

const NOW = '2026-11-22T12:00:00.000Z';
/** Two of each severity and age: one that is resolved, and one that is not. */
const EVENTS = `WITH severities (severity) AS (VALUES ('info'), ('warning'), ('error'), ('critical')),
  times (at) AS (VALUES ('2026-01-01T00:00:00.000Z'), ('2026-11-01T00:00:00.000Z'), ('2026-11-22T11:00:00.000Z')),
  states (resolved) AS (VALUES (0), (1))
  INSERT INTO events ("timestamp", type, severity, source, summary, resolved, resolved_at)
  SELECT at, 'alert', severity, 'monitor', 'a summary', resolved, CASE resolved WHEN 1 THEN at END
  FROM times, severities, states ORDER BY at, severity, resolved`;
const MESSAGES = `WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 30)
  INSERT INTO conversations (session_id, "timestamp", role, content)
  SELECT CASE WHEN i <= 10 THEN 'old' WHEN i <= 20 THEN 'older' ELSE 'new' END,
    CASE WHEN i <= 10 THEN '2026-03-01T00:00:00.000Z' WHEN i <= 20 THEN '2026-02-01T00:00:00.000Z' ELSE '2026-11-22T00:00:00.000Z' END,
    'user', 'hello' FROM n`;
/** One in ten minutes of three days, the newest at NOW, each of 100 bytes. */
const COUNT = 3 * 24 * 6;
const SNAPSHOTS = `WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${COUNT})
  INSERT INTO cluster_snapshots ("timestamp", snapshot)
  SELECT strftime('%Y-%m-%dT%H:%M:%S.000Z', unixepoch('${NOW}') - (${COUNT} - i) * 600, 'unixepoch'),
    '"' || substr(hex(zeroblob(49)), 1, 98) || '"' FROM n`;
const SIZES: Sizes = { total: 1_000_000, each: { snapshots: 190, events: 300, conversations: 50 } };

describe('A plan of what goes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-test-'));
  let database: Database;
  beforeAll(async () => {
    database = await Database.open({ file: join(folder, 'memory.db'), logger: false });
    await database.write(async (manager) => {
      for (const text of [EVENTS, MESSAGES, SNAPSHOTS]) await manager.query(text);
      // As if all were compared, and nothing had changed but once.
      await manager.query('DELETE FROM snapshots_to_compare');
      await manager.query(`INSERT INTO snapshot_changes (snapshot_id, "timestamp", lines)
        VALUES (5, (SELECT "timestamp" FROM cluster_snapshots WHERE id = 5), '[]')`);
    });
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    rmSync(folder, { recursive: true });
  });

  const plan = (rules: Partial<Rules>, isForRun = true, sizes = SIZES): Promise<Plan> =>
    makePlan(readerOf(database), { rules: { timeZone: 'UTC', ...rules }, now: NOW, sizes, isForRun });
  const goesOf = ({ classes }: Plan): number[] => classes.map(({ goes }) => goes);

  it('has nothing without rules', async () => {
    const { classes, groups, missingBytes } = await plan({});
    expect(groups).toEqual([]);
    expect(missingBytes).toBe(0);
    expect(
      classes.map(({ class: name, rows, goes, completeAfter }) => [name, rows, goes, completeAfter]),
    ).toEqual([
      ['snapshots', COUNT, 0, null],
      ['events', 24, 0, null],
      ['conversations', 30, 0, null],
    ]);
    for (const { oldestAt, reachesBackTo } of classes) expect(reachesBackTo).toBe(oldestAt);
  });

  it('takes resolved events by the age of their severity, and no other', async () => {
    const { classes, groups } = await plan({ events: eventRule('info=7d,warning=90d') });
    expect(classes[1]).toMatchObject({ goes: 3, bytesFreed: 900, completeAfter: '2026-11-01T00:00:00.000Z' });
    const ids = await database.read(async (reader) =>
      reader.read<{ id: number }>({
        text: `SELECT id AS "id" FROM events WHERE resolved = 1 AND (severity = 'info' AND "timestamp" < '2026-11-15'
          OR severity = 'warning' AND "timestamp" < '2026-06') ORDER BY severity, "timestamp"`,
        values: [],
      }),
    );
    expect(groups.map(({ kind, by, severity }) => [kind, by, severity])).toEqual([
      ['event', 'rule', 'info'],
      ['event', 'rule', 'warning'],
    ]);
    expect(groups.flatMap(({ keys }) => [...keys])).toEqual(ids.rows.map(({ id }) => id));
  });

  it('takes conversations by their last message, the oldest first', async () => {
    const { classes, groups } = await plan({ conversations: conversationRule('100d') });
    expect(groups).toEqual([{ kind: 'session', by: 'rule', keys: ['older', 'old'] }]);
    expect(classes[2]).toEqual({
      class: 'conversations',
      rows: 30,
      goes: 20,
      bytesFreed: 1000,
      oldestAt: '2026-02-01T00:00:00.000Z',
      reachesBackTo: '2026-11-22T00:00:00.000Z',
      completeAfter: '2026-03-01T00:00:00.000Z',
    });
  });

  it('keeps snapshots as the rule says, and those on both sides of a change', async () => {
    const rule = snapshotRule('keep-hourly=24');
    const { classes, groups } = await plan({ snapshots: rule });
    const kept = COUNT - classes[0]!.goes;
    expect(kept).toBe(24 + 2);
    expect(classes[0]!.bytesFreed).toBe(classes[0]!.goes * 190);
    const keys = new Set(groups.flatMap(({ keys: own }) => [...own]));
    expect([4, 5, COUNT].map((id) => keys.has(id))).toEqual([false, false, false]);
    expect([1, 2, 3, 6].every((id) => keys.has(id))).toBe(true);
    expect(classes[0]!.reachesBackTo).toBe('2026-11-19T12:40:00.000Z');
  });

  it('says only how many where it is no run', async () => {
    const rules = { events: eventRule('info=7d'), snapshots: snapshotRule('keep-last=10') };
    const [asked, run] = [await plan(rules, false), await plan(rules)];
    expect(asked.groups).toEqual([]);
    expect(asked.classes).toEqual(run.classes);
  });

  it('gives up snapshots of the least worth for a budget, then resolved events, and says what is missing', async () => {
    const budget = budgetRule('16MB')!;
    const above = (bytes: number): Sizes => ({ ...SIZES, total: budget + bytes });
    expect(goesOf(await plan({ budget }, true, above(0)))).toEqual([0, 0, 0]);
    const few = await plan({ budget }, true, above(1000));
    expect(goesOf(few)).toEqual([6, 0, 0]);
    expect(few.groups).toMatchObject([{ kind: 'snapshot', by: 'budget' }]);
    // Others stand for their hour.
    expect([...few.groups[0]!.keys].every((id) => (Number(id) + 1) % 6 !== 0)).toBe(true);
    const all = await plan({ budget }, true, above(COUNT * 190 + 10 * 300));
    expect(goesOf(all)).toEqual([COUNT - 1, 11, 0]);
    expect(all.groups.map(({ severity }) => severity)).toEqual([
      undefined,
      'info',
      'warning',
      'error',
      'critical',
    ]);
    expect(all.missingBytes).toBe(0);
    const short = await plan({ budget }, true, above(1_000_000));
    expect(goesOf(short)).toEqual([COUNT - 1, 12, 0]);
    expect(short.missingBytes).toBe(1_000_000 - (COUNT - 1) * 190 - 12 * 300);
    expect(short.classes[0]!.reachesBackTo).toBe(NOW);
  });

  it('takes what the rules leave for a budget', async () => {
    const budget = budgetRule('16MB')!;
    const rules = { budget, events: eventRule('info=7d') };
    const { groups } = await plan(rules, true, { ...SIZES, total: budget + COUNT * 190 + 4 * 300 });
    expect(groups.map(({ by, severity, keys }) => [by, severity, keys.length])).toEqual([
      ['budget', undefined, COUNT - 1],
      ['rule', 'info', 2],
      ['budget', 'info', 1],
      ['budget', 'warning', 2],
    ]);
  });

  it('has no row twice, and nothing to keep where all goes', async () => {
    await database.write((manager) => manager.query('DELETE FROM conversations'));
    const { classes } = await plan({ conversations: conversationRule('100d') });
    expect(classes[2]).toMatchObject({ rows: 0, goes: 0, oldestAt: null, reachesBackTo: null });
  });
});
