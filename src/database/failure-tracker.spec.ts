import { describe, expect, it } from '@jest/globals';
import { ProblemError } from '../problems/problem.error.js';
import { Faults } from './failure-tracker.js';

const failure = (code: 'database_unavailable' | 'storage_full' | 'write_queue_full'): ProblemError =>
  new ProblemError(code, 'failed');

describe('Faults', () => {
  it('knows none at first', () => {
    const faults = new Faults();
    expect([faults.current, faults.last]).toEqual([undefined, undefined]);
  });

  it('keeps the moment of the first of several in a row', () => {
    const faults = new Faults();
    faults.note(failure('storage_full'));
    const since = faults.current!.since;
    faults.note(failure('database_unavailable'));
    expect(faults.current).toMatchObject({ code: 'database_unavailable', since });
  });

  it('has no current one after a success, and remembers the last', () => {
    const faults = new Faults();
    faults.note(failure('database_unavailable'));
    faults.clear();
    expect(faults.current).toBeUndefined();
    expect(faults.last?.code).toBe('database_unavailable');
  });

  it.each([
    ['a full queue', failure('write_queue_full')],
    ['what the work throws', new Error('no such event')],
    ['no error at all', undefined],
  ])('does not blame the database for %s', (_, error) => {
    const faults = new Faults();
    faults.note(error);
    expect(faults.current).toBeUndefined();
  });
});
