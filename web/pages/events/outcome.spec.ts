import { describe, expect, it } from '@jest/globals';
import type { EventRow, Schemas } from '../../api/types.js';
import { outcomeWords } from './outcome.js';

const NOW = new Date('2026-11-24T07:42:00').getTime();
const at = (clock: string): string => new Date(`2026-11-24T${clock}:00`).toISOString();
const event = (resolvedBy: 'user' | 'jarvis') => ({ resolvedAt: at('03:26'), resolvedBy }) as EventRow;
const seen = (clock: string) => ({ pattern: { lastSeen: at(clock) } }) as Schemas['SimilarDto'];

describe('The outcome of what was done', () => {
  it.each([
    ['jarvis', seen('03:09'), 'Fixed by Jarvis. Not seen again in the 4 h 16 min since.'],
    ['jarvis', seen('05:31'), 'Fixed by Jarvis. Seen again, last 05:31.'],
    ['user', undefined, 'Resolved by you.'],
  ] as const)('by %s is said', (who, similar, words) => {
    expect(outcomeWords(event(who), similar, NOW)).toBe(words);
  });
});
