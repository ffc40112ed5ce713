import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { JwtService } from '@nestjs/jwt';
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
    const tokens = new VerifiedTokens(new JwtService({ secret: 'of the test, long enough for HS256' }));
    tokens.add('Bearer a', CALLER);
    expect(tokens.find('Bearer a')).toBe(CALLER);
    jest.setSystemTime(ENDS);
    expect(tokens.find('Bearer a')).toBeUndefined();
  });

  it('are not known again when the clock is set back after their end', () => {
    const tokens = new VerifiedTokens(new JwtService({ secret: 'of the test, long enough for HS256' }));
    tokens.add('Bearer a', CALLER);
    jest.setSystemTime(ENDS);
    tokens.find('Bearer a');
    jest.setSystemTime(ENDS - 1);
    expect(tokens.find('Bearer a')).toBeUndefined();
  });

  it('are known by their whole header only', () => {
    const tokens = new VerifiedTokens(new JwtService({ secret: 'of the test, long enough for HS256' }));
    tokens.add('Bearer a', CALLER);
    for (const header of ['', 'Bearer ', 'Bearer A', 'bearer a', 'Bearer ab', 'a']) {
      expect(tokens.find(header)).toBeUndefined();
    }
  });

  it('are forgotten, the oldest first, before they take too much memory', () => {
    const tokens = new VerifiedTokens(new JwtService({ secret: 'of the test, long enough for HS256' }));
    for (let count = 0; count < 1001; count++) tokens.add(`Bearer ${count}`, CALLER);
    expect(tokens.find('Bearer 0')).toBeUndefined();
    expect(tokens.find('Bearer 1')).toBe(CALLER);
    expect(tokens.find('Bearer 1000')).toBe(CALLER);
  });

  it('are recognised before they were seen, where they are ours and live', () => {
    const signer = new JwtService({ secret: 'of the test, long enough for HS256' });
    const tokens = new VerifiedTokens(signer);
    expect(tokens.recognises(`Bearer ${signer.sign({ sub: 'owner' }, { expiresIn: '1h' })}`)).toBe(true);
    expect(tokens.recognises(`Bearer ${signer.sign({ sub: 'owner', exp: ENDS / 1000 - 60 })}`)).toBe(false);
    const other = new JwtService({ secret: 'another secret that is long enough as well' });
    expect(tokens.recognises(`Bearer ${other.sign({ sub: 'owner' }, { expiresIn: '1h' })}`)).toBe(false);
    for (const header of [undefined, '', 'Bearer', 'Basic abc'])
      expect(tokens.recognises(header)).toBe(false);
  });
});
