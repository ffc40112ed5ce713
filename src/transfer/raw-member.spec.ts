import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rawMember } from './raw-member.js';

describe('The text of a member', () => {
  it.each<[string, string, string | undefined]>([
    ['{"a":1}', 'a', '1'],
    ['{}', 'a', undefined],
    [' {\t"b" : [ ] , "a" : { "x" : 1 } } ', 'a', '{ "x" : 1 }'],
    ['{"n":12345678901234567890,"a":1.0e+2}', 'n', '12345678901234567890'],
    ['{"a":"}","b":"{\\"a\\":2}"}', 'a', '"}"'],
    ['{"a":{"b":"\\\\"},"c":"\\\\\\""}', 'c', '"\\\\\\""'],
    ['{"x":{"a":1},"a":{"101":1,"2":[]}}', 'a', '{"101":1,"2":[]}'],
    ['{"a":1,"a":[2]}', 'a', '[2]'],
    ['{"\\u0061":null}', 'a', 'null'],
    ['{"a":true}', 'a', 'true'],
    ['{"a":"[","b":[[["]"]]]}', 'b', '[[["]"]]]'],
  ])('of %s called %s', (text, name, found) => {
    expect(rawMember(text, name)).toBe(found);
  });

  it('is what JSON.parse reads, for any object, however it is written', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
        fc.nat(2),
        (object, indent) => {
          const text = JSON.stringify(object, null, indent);
          for (const [name, value] of Object.entries(JSON.parse(text) as object)) {
            expect(JSON.parse(rawMember(text, name)!)).toEqual(value);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
