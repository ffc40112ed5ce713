import { describe, expect, it } from '@jest/globals';
import { Listeners } from './listeners.js';

describe('Listeners', () => {
  it('are not remembered when they have left', () => {
    const listeners = new Listeners();
    const [one, other] = [listeners.add(), listeners.add()];
    one.abort();
    expect([one.signal.aborted, other.signal.aborted, listeners.count]).toEqual([true, false, 1]);
  });

  it('leave all when they have to, and whoever comes later at once', () => {
    const listeners = new Listeners();
    const present = [listeners.add(), listeners.add()];
    listeners.end();
    expect([...present, listeners.add()].map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
    expect(listeners.count).toBe(0);
  });
});
