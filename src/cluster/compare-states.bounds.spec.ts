import { describe, expect, it } from '@jest/globals';
import { guest, type Resource } from '../../test/factories/resources.js';
import { operationText } from '../json-patch/index.js';
import { compareStates, summarize } from './compare-states.js';

const json = (value: unknown): string => JSON.stringify(value);

describe('A comparison of two states', () => {
  it('bounds the lines, and what it looks at, for any state', () => {
    const guests = (status: string): Resource[] =>
      Array.from({ length: 3000 }, (_, vmid) => guest(vmid, { status }));
    const lines = summarize(json(guests('running')), json(guests('stopped'))).map(({ text }) => text);
    expect([lines.length, lines.at(-1)]).toEqual([501, '2500 more changes']);

    const name = `${'1/x~'.repeat(20_000)}_cpu`;
    const noise = compareStates(json({ [name]: 1 }), json({ [name]: 2 }), { limit: 10, noise: true });
    expect(noise.noise?.length).toBeLessThan(150);

    const nested = (last: number): string =>
      `${'['.repeat(60)}${'1,'.repeat(20_000)}${last}${']'.repeat(60)}`;
    expect(compareStates(nested(1), nested(2), { limit: 10, noise: false }).patch.counts).toMatchObject({
      changed: 1,
    });

    const ids = Array.from({ length: 100_000 }, (_, id) => ({ id }));
    const turned = [...ids.slice(500), ...ids.slice(0, 500)];
    expect(
      compareStates(json(ids), json(turned), { limit: 10, noise: false }).patch.tellingOperations,
    ).toMatchObject([{ op: 'replace', path: '' }]);
  });

  it('does not parse what has too many values', () => {
    const many = `[${'{},'.repeat(400_000)}{}]`;
    const { summary, patch } = compareStates('{}', many, { limit: 10, noise: false });
    expect(summary).toMatchObject([{ kind: 'structure.changed' }]);
    const [operation] = patch.tellingOperations;
    expect(operation && operationText(operation)).toBe(`{"op":"replace","path":"","value":${many}}`);
    expect(compareStates(many, many, { limit: 10, noise: false }).summary).toEqual([]);
    expect(summarize('{}', many)).toHaveLength(1);
    // As the first backend may have stored it.
    const [text] = compareStates('{}', many.slice(1), { limit: 10, noise: false }).patch.tellingOperations;
    expect(JSON.parse(operationText(text!))).toMatchObject({ value: many.slice(1) });
  });
});
