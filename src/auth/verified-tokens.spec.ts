import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { VerifiedTokens } from './verified-tokens.js';

const ENDS = Date.UTC(2026, 10, 22, 20, 15);
const CALLER = { subject: 'owner', expiresAt: ENDS };

describe('Tokens that were verified', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: ENDS - 1 });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('are known to the last millisecond of their life, and no longer', () => {
    const tokens = new VerifiedTokens();
    tokens.add('Bearer a', CALLER);
    expect(tokens.find('Bearer a')).toBe(CALLER);
    jest.setSystemTime(ENDS);
    expect(tokens.find('Bearer a')).toBeUndefined();
  });

  it('are not known again when the clock is set back after their end', () => {
    const tokens = new VerifiedTokens();
    tokens.add('Bearer a', CALLER);
    jest.setSystemTime(ENDS);
    tokens.find('Bearer a');
    jest.setSystemTime(ENDS - 1);
    expect(tokens.find('Bearer a')).toBeUndefined();
  });

  it('are known by their whole header only', () => {
    const tokens = new VerifiedTokens();
    tokens.add('Bearer a', CALLER);
    for (const header of ['', 'Bearer ', 'Bearer A', 'bearer a', 'Bearer ab', 'a']) {
      expect(tokens.find(header)).toBeUndefined();
    }
  });

  it('are forgotten, the oldest first, before they take too much memory', () => {
    const tokens = new VerifiedTokens();
    for (let count = 0; count < 1001; count++) tokens.add(`Bearer ${count}`, CALLER);
    expect(tokens.find('Bearer 0')).toBeUndefined();
    expect(tokens.find('Bearer 1')).toBe(CALLER);
    expect(tokens.find('Bearer 1000')).toBe(CALLER);
  });
});
