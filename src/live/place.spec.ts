import { describe, expect, it } from '@jest/globals';
import { endOf, idOf, placeOf } from './place.js';

describe('A place', () => {
  it('is read from its id', () => {
    const place = { identity: 'abc', position: 12, n: 3 };
    expect(placeOf(idOf(place))).toEqual(place);
    expect(idOf(endOf(place))).toBe('abc.13.0');
  });

  it.each([
    '',
    'abc',
    'abc.1',
    'abc.1.2.3',
    'abc.-1.2',
    'abc.1.x',
    '.1.2',
    'a b.1.2',
    `abc.${'9'.repeat(16)}.0`,
  ])('is not what %j says', (id) => {
    expect(placeOf(id)).toBeUndefined();
  });
});
