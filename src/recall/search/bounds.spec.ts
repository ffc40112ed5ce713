import { describe, expect, it } from '@jest/globals';
import type { Query, ThreadReader } from '../../database/programs.js';
import { patternOf } from '../../text/pattern.js';
import { Analyser } from './analyser.js';
import { countFold } from './fold-events.js';
import { parseQuery } from './parse-query.js';
import { MAX_SCANNED_CHARACTERS, readTextsById, type EventRow } from './rows.js';
import { openScope, indexedUpTo } from './scope.js';
import type { SearchInput } from './search.types.js';
import { SequenceTree } from './sequence-tree.js';
import { findParts } from './unranked.js';

const NOW = '2026-11-22T20:15:00.000Z';
const HAN = Array.from({ length: 400 }, (_, index) => String.fromCodePoint(0x4e00 + index * 7)).join('');
const ADDRESSES = Array.from({ length: 200 }, (_, index) => `10.0.${index}.${index % 9}`).join(' ');

/** A reader that notes what is asked, and answers from a list. */
function readerOf(answer: (query: Query, maxBytes: number) => { rows: object[]; isCut?: boolean }): {
  reader: ThreadReader;
  asked: Query[];
} {
  const asked: Query[] = [];
  const read = (query: Query, { maxBytes = Infinity } = {}): Promise<unknown> => {
    asked.push(query);
    const { rows, isCut = false } = answer(query, maxBytes);
    return Promise.resolve({ rows, isCut, bytes: JSON.stringify(rows).length });
  };
  return { reader: { read } as unknown as ThreadReader, asked };
}

describe('What a search looks at', () => {
  it.each([
    ['characters that are words', HAN],
    ['addresses', ADDRESSES],
  ])('is a bounded number of units: %s', (_, q) => {
    expect(parseQuery(q).units.length).toBeLessThanOrEqual(64);
  });

  it('is more of plain words, which are counted together', () => {
    const words = Array.from({ length: 300 }, (_, index) =>
      ['word', 'a', 'b']
        .map((part) => part + String.fromCharCode(97 + (index % 26), 97 + index / 26))
        .join(''),
    );
    expect(parseQuery(words.join(' ')).units.length).toBeGreaterThan(200);
  });

  it('is each sequence in one pass over the words', () => {
    const tree = new SequenceTree();
    const sequences = Array.from({ length: 500 }, (_, index) => [`a${index}`, 'b', 'c']);
    sequences.forEach((stems, unit) => {
      tree.add({ form: 'sequence', key: `${unit}`, text: '', match: { phrase: [] }, stems }, unit);
    });
    let looks = 0;
    const words = new Proxy(['x', 'a7', 'b', 'c', 'x', 'a7', 'b'], {
      get: (list, name) => {
        if (typeof name === 'string' && /^\d+$/.test(name)) looks++;
        return Reflect.get(list, name) as unknown;
      },
    });
    expect([...tree.findIn(words)]).toEqual([{ unit: 7, at: 1, length: 3 }]);
    expect(looks).toBeLessThan(2 * 7);
  });

  it('finds sequences in ASCII and in other texts alike', () => {
    const { units } = parseQuery('"no space left" 10.0.0.5');
    const analyser = new Analyser(units);
    const text = 'Host 10.0.0.5: No space left, no  space left; 10.0.0.50';
    const plain = [...analyser.analyse(text).frequencies];
    expect(plain).toEqual([...analyser.analyse(`${text} ü`).frequencies]);
    expect(plain.slice(0, 2)).toEqual([2, 1]);
  });

  it('is a bounded size of texts where parts of words are looked for', async () => {
    let id = 1_000_000;
    const content = 'x'.repeat(MAX_SCANNED_CHARACTERS);
    const { reader, asked } = readerOf(() => ({
      rows: Array.from({ length: 100 }, () => ({ id: id--, timestamp: NOW, sessionId: 's', content })),
      isCut: true,
    }));
    const parts = ['absent', 'missing', 'gone', 'nothing'];
    expect(await findParts(reader, 'message', parts, {}, id)).toEqual([]);
    expect(asked.length).toBeLessThanOrEqual(24);
    expect(asked.every(({ text }) => text.includes(`1, ${MAX_SCANNED_CHARACTERS})`))).toBe(true);
  });

  it('finds parts of words in any case and with any accents', async () => {
    const row = { id: 7, timestamp: NOW, sessionId: 's', content: 'ÜBERWÄRMUNG 🚨️' };
    const { reader } = readerOf(({ values }) => ({ rows: Number(values[0]) >= 7 ? [row] : [] }));
    for (const part of ['berwarm', '🚨️']) {
      expect(await findParts(reader, 'message', [part], {}, 9)).toMatchObject([{ id: 7 }]);
    }
  });

  it('is said to be all up to the first row that waits where there are more than are read', async () => {
    const input: SearchInput = {
      q: '',
      kinds: ['message'],
      filters: {},
      limit: 10,
      neighbours: 0,
      fold: true,
      explain: false,
      now: NOW,
    };
    const answerOf = (isCut: boolean) =>
      readerOf(({ text }) => {
        if (text.includes('search_marks')) return { rows: [{ kind: 'message', mark: 5000, rows: 100 }] };
        if (text.includes('max(id)')) return { rows: [{ id: 5000 }] };
        if (text.includes('min(id)')) return { rows: [{ id: 42 }] };
        if (!text.includes('search_stale')) return { rows: [] };
        return { rows: [{ id: 4999, timestamp: NOW, sessionId: 's', content: 'late' }], isCut };
      }).reader;
    expect(indexedUpTo(await openScope(answerOf(true), input))).toEqual({ message: 41 });
    expect(indexedUpTo(await openScope(answerOf(false), input))).toBeUndefined();
  });

  it('is the pattern of each event outside the index once, however many hits there are', async () => {
    let looks = 0;
    const eventOf = (id: number): EventRow => ({
      id,
      timestamp: NOW,
      type: 'alert',
      severity: 'info',
      source: 'monitor',
      node: null,
      text: '',
      get summary() {
        looks++;
        return `Backup failed: ${id % 2 === 0 ? 'no space' : 'no answer'} on disk ${id}`;
      },
    });
    const tail = Array.from({ length: 100 }, (_, index) => eventOf(index));
    const { term } = patternOf(eventOf(2));
    const reader = {
      ...readerOf(() => ({ rows: [] })).reader,
      dialect: { search: { matching: () => ({ text: '', values: [] }) } },
    } as unknown as ThreadReader;
    looks = 0;
    for (let hit = 0; hit < 50; hit++) {
      const fold = { term, ids: new Set<number>(), nodes: new Set<string>() };
      const { count } = await countFold(
        reader,
        fold,
        { always: [], newest: [] },
        { mark: 0, tail },
        () => true,
      );
      expect(count).toBe(50);
    }
    expect(looks).toBe(tail.length);
  });

  it.each([undefined, MAX_SCANNED_CHARACTERS])(
    'is read in lists of a bounded size: %s characters each',
    async (max) => {
      const { reader, asked } = readerOf(() => ({ rows: [] }));
      const ids = Array.from({ length: 1000 }, (_, index) => index + 1);
      await readTextsById(reader, 'message', ids, max);
      const sizes = asked.map(({ text, values }) => values.length * Number(/1, (\d+)\)/.exec(text)?.[1]));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(2_600_000);
      expect(new Set(asked.flatMap(({ values }) => values)).size).toBe(1000);
    },
  );
});
