import { describe, expect, it } from '@jest/globals';
import { budgetRule, conversationRule, eventRule, snapshotRule } from './notation.js';

const DAY = 86_400_000;

describe('The notation of the rules', () => {
  it('is that of Proxmox for snapshots', () => {
    expect(snapshotRule('keep-last=60, keep-daily=30,keep-yearly=0')).toEqual({
      keep: { last: 60, daily: 30, yearly: 0 },
      changesMs: 30 * DAY,
    });
    expect(snapshotRule('keep-weekly=8,keep-changes=90d')?.changesMs).toBe(90 * DAY);
    expect(snapshotRule('keep-weekly=8,keep-changes=0')?.changesMs).toBe(0);
    expect(snapshotRule('keep-all')).toBeUndefined();
  });

  it('gives events an age for each severity, conversations one, and the whole a size', () => {
    expect(eventRule('info=90d,error=2y')).toEqual({ info: 90 * DAY, error: 2 * 365.25 * DAY });
    expect(conversationRule('1y')).toBe(365.25 * DAY);
    expect(budgetRule('2GB')).toBe(2 * 2 ** 30);
    expect(budgetRule('1.5 TB')).toBe(1.5 * 2 ** 40);
    expect([eventRule, conversationRule, budgetRule].map((rule) => rule('keep-all'))).toEqual(
      Array(3).fill(undefined),
    );
  });

  it.each([
    [snapshotRule, ''],
    [snapshotRule, 'keep-last'],
    [snapshotRule, 'keep-last=-1'],
    [snapshotRule, 'keep-last=1.5'],
    [snapshotRule, 'keep-last=1000000'],
    [snapshotRule, 'keep-last=0,keep-daily=0'],
    [snapshotRule, 'keep-changes=90d'],
    [snapshotRule, 'keep-last=5,keep-last=6'],
    [snapshotRule, 'keep-last=5=6'],
    [snapshotRule, 'keep-minutely=5'],
    [snapshotRule, 'keep-all,keep-last=5'],
    [snapshotRule, 'keep-last=5,keep-changes=-1d'],
    [eventRule, 'info=1s'],
    [eventRule, 'info=-90d'],
    [eventRule, 'info=1000y'],
    [eventRule, 'info=90'],
    [eventRule, 'fatal=90d'],
    [eventRule, 'info=1y,critical=30d'],
    [conversationRule, '0'],
    [conversationRule, '5 parsecs'],
    [budgetRule, '1MB'],
    [budgetRule, '-2GB'],
    [budgetRule, '2000'],
    [budgetRule, '9999999TB'],
  ])('refuses in %p: %j', (rule, text) => {
    expect(() => rule(text)).toThrow(/^must /);
  });
});
