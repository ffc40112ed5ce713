import { describe, expect, it } from '@jest/globals';
import { touchedIn } from './touched.js';
import type { Turn } from './turns.js';

const turn = (...given: unknown[]) =>
  ({ parts: [{ kind: 'text' }, ...given.map((one) => ({ kind: 'tool', given: one }))] }) as unknown as Turn;

describe('What a conversation touched', () => {
  it('is what its tools were given, each once, in order', () => {
    const turns = [
      turn({ node: 'pve2', hours: 12 }, { vmid: 403, to: 'running' }),
      turn({ node: ['pve2', 'pve3'] }, '{"key":"backup.target.pve2","value":1}'),
    ];
    expect(touchedIn(turns).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'node pve2',
      'guest 403',
      'node pve3',
      'preference backup.target.pve2',
    ]);
  });

  it('is nothing where tools were given something else', () => {
    expect(
      touchedIn([turn(undefined, 'a text', [1], { node: '' }, { node: { a: 1 } }, { vmid: null })]),
    ).toEqual([]);
  });
});
