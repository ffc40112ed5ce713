import { describe, expect, it } from '@jest/globals';
import { SMALL_BYTES, TrafficBudget, type Share } from './traffic-budget.js';

const MB = 1_048_576;

function fill(budget: TrafficBudget, client: string, bytes: number): Share {
  const share = budget.share(client);
  expect(share.tryTake(bytes)).toBe(true);
  return share;
}

describe('The traffic budget', () => {
  it('holds what is taken until it is given back, and gives it back once', () => {
    const budget = new TrafficBudget(96 * MB);
    const share = fill(budget, 'a', 10 * MB);
    expect(share.tryTake(5)).toBe(true);
    expect(budget.held).toBe(10 * MB + 5);
    share.release();
    share.release();
    expect([budget.held, budget.clients]).toEqual([0, 0]);
    expect(share.tryTake(MB)).toBe(true);
    share.hold(MB);
    expect([budget.held, budget.clients]).toEqual([0, 0]);
  });

  it('lets one client hold a quarter, and others the rest', () => {
    const budget = new TrafficBudget(96 * MB);
    const mine = fill(budget, 'a', 24 * MB);
    expect(mine.tryTake(1)).toBe(false);
    expect(budget.share('a').tryTake(1)).toBe(false);
    expect(budget.held).toBe(24 * MB);
    for (const client of ['b', 'c', 'd']) fill(budget, client, 20 * MB);
    expect(budget.share('e').tryTake(MB)).toBe(false);
    mine.release();
    fill(budget, 'e', 20 * MB);
  });

  it('lets one client hold a largest body, however small the whole is', () => {
    const budget = new TrafficBudget(32 * MB, 17 * MB);
    fill(budget, 'a', 17 * MB);
    expect(budget.share('a').tryTake(1)).toBe(false);
  });

  it('keeps a reserve for what is small', () => {
    const budget = new TrafficBudget(32 * MB, 32 * MB);
    fill(budget, 'a', 28 * MB);
    expect(budget.share('b').tryTake(SMALL_BYTES)).toBe(false);
    const small = fill(budget, 'b', SMALL_BYTES - 1);
    expect(small.tryTake(1)).toBe(false);
    expect(budget.held).toBe(28 * MB + SMALL_BYTES - 1);
  });

  it('moves what has grown out of the reserve, and back', () => {
    const budget = new TrafficBudget(96 * MB);
    const share = fill(budget, 'a', 1000);
    expect([budget.small.held, budget.large.held]).toEqual([1000, 0]);
    expect(share.tryTake(MB)).toBe(true);
    expect([budget.small.held, budget.large.held]).toEqual([0, MB + 1000]);
    expect(share.tryHold(10)).toBe(true);
    expect([budget.small.held, budget.large.held]).toEqual([10, 0]);
  });

  it('counts what must go out also where there is no room', () => {
    const budget = new TrafficBudget(32 * MB, 32 * MB);
    const full = fill(budget, 'a', 28 * MB);
    const answer = budget.share('b');
    answer.hold(16 * MB);
    expect(budget.held).toBe(44 * MB);
    full.release();
    answer.release();
    expect(budget.held).toBe(0);
  });
});
