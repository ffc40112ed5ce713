import { describe, expect, it } from '@jest/globals';
import { broken, good, limit } from '../../database/finding.js';
import { rowsOf, verdictOf } from './verdict.js';

const FINE = good('server', 'It is there.');
const LIMITED = limit('pooler', 'One stands between.', 'Nothing is lost.');
const LOST = broken('durability', 'fsync is off.');

describe('The verdict', () => {
  it.each([
    [[FINE], 'good', 'All is well.'],
    [[FINE, LIMITED, LIMITED], 'limit', 'It works, with these limits: pooler.'],
    [[LOST, FINE, LIMITED], 'broken', 'It would lose data, or cannot serve: durability.'],
  ])('is that of the worst finding', (findings, level, summary) => {
    expect(verdictOf(findings)).toEqual({ level, summary });
  });

  it('has what follows of a finding below it', () => {
    expect(rowsOf([FINE, LIMITED])).toEqual([
      ['good', 'server', 'It is there.'],
      ['limit', 'pooler', 'One stands between.'],
      ['', '', 'Nothing is lost.'],
    ]);
  });
});
