import { describe, expect, it } from '@jest/globals';
import { ruleWords } from './rule-words.js';

describe('ruleWords', () => {
  it.each([
    [
      'snapshots',
      'keep-last=1440,keep-hourly=168,keep-changes=30d',
      'the last 1,440, 168 hourly, those around a change for 30 days',
    ],
    ['events', 'info=90d,warning=1y', 'resolved ones: info for 90 days, warning for 1 year; others stay'],
    ['conversations', '2y', 'kept for 2 years after the last message'],
    ['budget', '2GB', 'at most 2GB'],
    ['budget', null, 'no limit'],
    ['events', 'keep-all', 'all are kept'],
    ['conversations', 'P2Y', 'kept for P2Y after the last message'],
  ] as const)('says of %s %p: %p', (part, rule, words) => {
    expect(ruleWords(part, rule)).toBe(words);
  });
});
