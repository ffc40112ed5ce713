import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { RateLimit } from './rate-limit.js';

/** A steady clock that the test moves on. */
function aClock(): { now: () => number; passMs: (ms: number) => void } {
  let at = 1000;
  return {
    now: () => at,
    passMs: (ms) => {
      at += ms;
    },
  };
}

describe('The count of tries', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('refuses what is past the limit until a minute has passed since the first, and then begins anew', () => {
    const clock = aClock();
    const tries = new RateLimit(2, clock);
    expect([tries.consume('a'), tries.consume('a'), tries.consume('a')]).toEqual([0, 0, 60]);
    clock.passMs(20_500);
    expect(tries.consume('a')).toBe(40);
    clock.passMs(39_499);
    expect(tries.consume('a')).toBe(1);
    clock.passMs(2);
    expect([tries.consume('a'), tries.consume('a'), tries.consume('a')]).toEqual([0, 0, 60]);
  });

  it.each([
    ['back by an hour', -3_600_000],
    ['back by a moment', -30_000],
    ['on by a day', 86_400_000],
  ])('says what it really takes after the time of day went %s', (_, byMs) => {
    const clock = aClock();
    const tries = new RateLimit(1, clock);
    tries.consume('a');
    const before = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => before + byMs);
    clock.passMs(15_000);
    expect(tries.consume('a')).toBe(45);
    clock.passMs(45_001);
    expect(tries.consume('a')).toBe(0);
  });

  it('counts each name by itself, and forgets one alone', () => {
    const tries = new RateLimit(1, aClock());
    tries.consume('a');
    tries.consume('b');
    tries.forget('a');
    expect([tries.consume('a'), tries.consume('b')]).toEqual([0, 60]);
  });

  it('keeps no more than ten thousand names', () => {
    const tries = new RateLimit(1, aClock());
    tries.consume('first');
    for (let count = 0; count < 10_000; count++) tries.consume(String(count));
    expect([tries.consume('first'), tries.consume('9999')]).toEqual([0, 60]);
  });
});
