import { describe, expect, it } from '@jest/globals';
import { ProblemError } from '../problems/problem.error.js';
import { FailureTracker } from './failure-tracker.js';

const failure = (code: 'database_unavailable' | 'storage_full' | 'write_queue_full'): ProblemError =>
  new ProblemError(code, 'failed');

describe('FailureTracker', () => {
  it('knows none at first', () => {
    const failures = new FailureTracker();
    expect([failures.current, failures.last]).toEqual([undefined, undefined]);
  });

  it('keeps the moment of the first of several in a row', () => {
    const failures = new FailureTracker();
    failures.note(failure('storage_full'));
    const since = failures.current!.since;
    failures.note(failure('database_unavailable'));
    expect(failures.current).toMatchObject({ code: 'database_unavailable', since });
  });

  it('has no current one after a success, and remembers the last', () => {
    const failures = new FailureTracker();
    failures.note(failure('database_unavailable'));
    failures.clear();
    expect(failures.current).toBeUndefined();
    expect(failures.last?.code).toBe('database_unavailable');
  });

  it.each([
    ['a full queue', failure('write_queue_full')],
    ['what the work throws', new Error('no such event')],
    ['no error at all', undefined],
  ])('does not blame the database for %s', (_, error) => {
    const failures = new FailureTracker();
    failures.note(error);
    expect(failures.current).toBeUndefined();
  });
});
