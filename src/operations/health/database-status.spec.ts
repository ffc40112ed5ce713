import { describe, expect, it } from '@jest/globals';
import type { DatabaseStatus, Failure } from '../../database/index.js';
import { databaseCondition, queueCondition, type DatabaseFailures } from './database-status.js';

const NOW = Date.UTC(2026, 10, 22, 20, 15);
const SINCE = '2026-11-22T20:00:00.000Z';
const UP: DatabaseStatus = {
  status: 'up',
  engine: 'sqlite',
  journalMode: 'wal',
  synchronous: 'full',
  migration: 'Newest1',
  sqliteVersion: '3.53.2',
  sizeBytes: 4096,
};

const fault = (code: Failure['code'], secondsAgo = 1): Failure => ({
  code,
  since: SINCE,
  at: NOW - secondsAgo * 1000,
});

const failuresOf = (
  given: { reading?: Failure; writing?: Failure; written?: Failure } = {},
): DatabaseFailures => ({
  reading: { last: given.reading },
  writing: { current: given.writing, last: given.writing ?? given.written },
});

describe('The condition of the database', () => {
  it('is up where it answers and nothing has failed', () => {
    expect(databaseCondition(UP, failuresOf(), NOW).state).toBe('up');
  });

  it('is down with the reason of the database itself', () => {
    const condition = databaseCondition({ status: 'down', reason: 'Because.' }, failuresOf(), NOW);
    expect(condition).toEqual({ state: 'down', detail: 'Because.' });
  });

  it('is down from the first failed write on, where the file cannot be written', () => {
    const condition = databaseCondition(UP, failuresOf({ writing: fault('database_unavailable') }), NOW);
    expect(condition).toMatchObject({ state: 'down', since: SINCE });
  });

  it('is down for as long as no write succeeds', () => {
    const condition = databaseCondition(
      UP,
      failuresOf({ writing: fault('database_unavailable', 86_400) }),
      NOW,
    );
    expect(condition.state).toBe('down');
  });

  it.each(['database_busy', 'storage_full'] as const)('is only degraded by %s, since reads go on', (code) => {
    const condition = databaseCondition(UP, failuresOf({ writing: fault(code) }), NOW);
    expect(condition).toMatchObject({ state: 'degraded', since: SINCE });
  });

  it.each(['database_busy', 'storage_full'] as const)('forgets %s with the next write', (code) => {
    expect(databaseCondition(UP, failuresOf({ written: fault(code) }), NOW).state).toBe('up');
  });

  it.each(['reading', 'written'] as const)(
    'stays degraded for five minutes after an error of the file (%s)',
    (how) => {
      const stateAfter = (seconds: number): string =>
        databaseCondition(UP, failuresOf({ [how]: fault('database_unavailable', seconds) }), NOW).state;
      expect([0, 299, 300, 301].map(stateAfter)).toEqual(['degraded', 'degraded', 'up', 'up']);
    },
  );
});

describe('The condition of the write queue', () => {
  const queue = (depth: number) => ({
    depth,
    capacity: 5000,
    outcomes: { committed: 0, undone: 0, failed: 0, refused: 0 },
  });

  it.each([
    [0, 'up'],
    [2500, 'up'],
    [2501, 'degraded'],
    [5000, 'degraded'],
  ])('with %d of 5000 waiting is %s', (depth, state) => {
    const condition = queueCondition(queue(depth), undefined);
    expect(condition.state).toBe(state);
    expect(condition.detail).toContain(`${depth} of at most 5000`);
  });

  it('is degraded while the last write failed', () => {
    expect(queueCondition(queue(0), fault('storage_full'))).toMatchObject({
      state: 'degraded',
      since: SINCE,
    });
  });

  it('is down where there is none', () => {
    expect(queueCondition(undefined, undefined).state).toBe('down');
  });
});
