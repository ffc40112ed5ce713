import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import jsonPatch from 'fast-json-patch';
import { parse } from 'lossless-json';
import { compareDocuments } from './compare.js';
import { parseLossless, stringifyLossless } from './lossless.js';
import type { Operation } from './patch.js';

const LIMIT = 100_000;

function operationsOf(before: string, after: string, limit = LIMIT): Operation[] {
  const patch = compareDocuments(parseLossless(before), parseLossless(after), limit);
  return [...patch.tellingOperations, ...patch.noiseOperations];
}

/** Numbers as texts: to the letter but for the ways to write one number, which JavaScript has as one. */
function withTexts(text: string): unknown {
  return parse(text, undefined, {
    parseNumber: (digits) =>
      `#${String(Number(digits)) === digits ? digits : stringifyLossless(parseLossless(digits))}`,
    onDuplicateKey: ({ newValue }) => newValue,
  });
}

function apply(before: string, operations: readonly Operation[]): unknown {
  const patch = withTexts(stringifyLossless(operations)) as jsonPatch.Operation[];
  return jsonPatch.applyPatch(withTexts(before), patch, true).newDocument;
}

function expectPatched(before: string, after: string): Operation[] {
  const operations = operationsOf(before, after);
  expect(apply(before, operations)).toEqual(withTexts(after));
  return operations;
}

const json = (value: unknown): string => JSON.stringify(value);

describe('A patch', () => {
  it.each([
    ['equal documents', '{"a":[1,{"b":2}]}', '{"a":[1,{"b":2}]}', 0],
    ['another order of members', '{"a":1,"b":2}', '{"b":2,"a":1}', 0],
    ['two ways to write a number', '[1.50, 1e2, -0]', '[1.5, 100, 0]', 0],
    ['digits past 2^53', '{"n":12345678901234567890}', '{"n":12345678901234567891}', 1],
    ['digits of a fraction', '{"n":0.10000000000000000001}', '{"n":0.1}', 1],
    ['a list for an object', '{"a":{}}', '{"a":[]}', 1],
    ['an array for an object at the root', '[]', '{}', 1],
    ['a string at the root', '"text"', '[{"id":1}]', 1],
    ['names that are escaped in pointers', '{"a/b":{"~":1}}', '{"a/b":{"~":2,"":3}}', 2],
    ['a member of a member that comes', '{}', '{"a":{"b":1}}', 1],
    ['an identity that changes its type', '[{"id":1,"x":1}]', '[{"id":"1","x":1}]', 1],
  ])('of %s', (_, before, after, count) => {
    expect(expectPatched(before, after)).toHaveLength(count);
  });

  it('takes a text that is no JSON for itself', () => {
    expect(operationsOf('all is fine', 'all is well')).toEqual([
      { op: 'replace', path: '', value: 'all is well' },
    ]);
  });

  it('matches things by identity, whatever their places', () => {
    const before = json([{ id: 'a', x: 1 }, { id: 'b' }, { id: 'c' }, { id: 'd' }]);
    const after = json([{ id: 'd' }, { id: 'a', x: 2 }, { id: 'new' }, { id: 'c' }]);
    expect(expectPatched(before, after)).toEqual([
      { op: 'remove', path: '/1' },
      { op: 'move', from: '/2', path: '/0' },
      { op: 'add', path: '/2', value: { id: 'new' } },
      { op: 'replace', path: '/1/x', value: 2 },
    ]);
  });

  it('tells things apart that have the same identity', () => {
    const before = json([
      { id: 1, x: 1 },
      { id: 1, x: 2 },
    ]);
    expect(
      expectPatched(
        before,
        json([
          { id: 1, x: 1 },
          { id: 1, x: 3 },
        ]),
      ),
    ).toHaveLength(1);
    expect(expectPatched(before, json([{ id: 1, x: 1 }]))).toEqual([{ op: 'remove', path: '/1' }]);
  });

  it('knows a storage by its node too, and a task by its number rather than by its guest', () => {
    const storages = ['pve1', 'pve2'].map((node) => ({ storage: 'local', node, used: 1 }));
    expect(expectPatched(json(storages), json([...storages].reverse()))).toHaveLength(1);
    const tasks = ['UPID:1', 'UPID:2'].map((upid) => ({ upid, id: '100', status: 'OK' }));
    expect(expectPatched(json(tasks), json(tasks.slice(1)))).toEqual([{ op: 'remove', path: '/0' }]);
  });

  it('compares what has no identity by position, between what both begin and end with', () => {
    expect(expectPatched('["a","b","c"]', '["a","x","b","c"]')).toEqual([
      { op: 'add', path: '/1', value: 'x' },
    ]);
    expect(expectPatched('[{"t":1},{"t":2},{"t":3}]', '[{"t":1},{"t":9},{"t":3}]')).toEqual([
      { op: 'replace', path: '/1/t', value: 9 },
    ]);
    expect(expectPatched('[1,2,3,4]', '[1,4]')).toHaveLength(2);
  });

  it('has noise last, and counts it', () => {
    const before = [{ id: 'node/a', cpu: 0.1, uptime: 5, status: 'online', maxcpu: 4, usedBytes: 7 }];
    const after = [{ id: 'node/a', cpu: 0.2, uptime: 6, status: 'offline', maxcpu: 8, usedBytes: 9 }];
    const patch = compareDocuments(before, after, LIMIT);
    expect(patch.tellingOperations.map(({ path }) => path)).toEqual(['/0/status', '/0/maxcpu']);
    expect(patch.noiseOperations.map(({ path }) => path)).toEqual(['/0/cpu', '/0/uptime', '/0/usedBytes']);
    expect(patch.counts).toEqual({ added: 0, removed: 0, changed: 5, moved: 0, noise: 3 });
  });

  it('counts beyond its limit, and replaces a list whose order is another', () => {
    const numbers = Array.from({ length: 5000 }, (_, index) => index);
    const before = json(numbers.map((id) => ({ id, x: 0 })));
    const patch = compareDocuments(
      parseLossless(before),
      numbers.map((id) => ({ id, x: 1 })),
      100,
    );
    expect(patch.tellingOperations).toHaveLength(100);
    expect(patch.counts.changed).toBe(5000);
    const reversed = json(numbers.map((id) => ({ id, x: 0 })).reverse());
    expect(expectPatched(before, reversed)).toMatchObject([{ op: 'replace', path: '' }]);
  });

  it('makes the one of the other, for any documents', () => {
    const name = fc.oneof(
      fc.constantFrom('id', 'vmid', 'node', 'name', 'upid', 'storage', 'cpu', 'a/b', '~'),
      fc.string(),
    );
    const value = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(null, true, 1, 2, 1.5, 'a', 'b', ''),
        fc.array(tie('value'), { maxLength: 6 }),
        fc.dictionary(name, tie('value'), { maxKeys: 5, noNullPrototype: true }),
        fc.array(fc.record({ id: fc.integer({ min: 1, max: 6 }), x: tie('value') }), { maxLength: 8 }),
      ),
    })).value;
    // The package that applies patches refuses the name.
    const document = value.map(json).filter((text) => !text.includes('__proto__'));
    fc.assert(
      fc.property(document, document, (before, after) => void expectPatched(before, after)),
      { numRuns: 1000 },
    );
  });
});
