import { describe, expect, it } from '@jest/globals';
import { clientAddress } from './client-address.js';

describe('What a client is counted by', () => {
  it.each([
    ['192.168.1.20', '192.168.1.20'],
    ['::ffff:192.168.1.20', '192.168.1.20'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['64:ff9b::1.2.3.4', '64:ff9b:0:0::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['unknown', 'unknown'],
    ['_hidden:80', '_hidden:80'],
    [undefined, 'unknown'],
  ])('for %s is %s', (ip, expected) => {
    expect(clientAddress(ip)).toBe(expected);
  });

  it('is the same for all that one network may choose', () => {
    const chosen = Array.from({ length: 50 }, (_, index) =>
      clientAddress(`2001:db8:7:1::${index.toString(16)}`),
    );
    expect(new Set(chosen).size).toBe(1);
  });

  it('is short, whatever a proxy says', () => {
    expect(clientAddress('x'.repeat(10_000)).length).toBeLessThanOrEqual(64);
    expect(clientAddress(`:${'x'.repeat(10_000)}`).length).toBeLessThanOrEqual(64);
  });
});
