import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { MessageWith } from '../conversations/index.js';
import type { StoredText } from '../json/index.js';
import { ResultReader, type Rows } from './result-reader.js';
import type { Hit } from './search/search.types.js';

const MEBIBYTE = 1_048_576;

function hit(id: number, before: number[], after: number[]): Hit {
  const snippet = { text: '', matches: [] };
  return { kind: 'message', key: id, timestamp: '', score: 1, snippet, matched: [], before, after };
}

/** Messages of one size, and which of them were read. */
function messagesOf(size: number): { rows: Rows<StoredText>; read: number[] } {
  const read: number[] = [];
  const getMessage = (id: number): Promise<MessageWith<StoredText>> => {
    read.push(id);
    return Promise.resolve({ id, content: 'x'.repeat(size) } as MessageWith<StoredText>);
  };
  const none = (): Promise<null> => Promise.resolve(null);
  return {
    rows: { events: { getEvent: none }, conversations: { getMessage }, preferences: { getPreference: none } },
    read,
  };
}

describe('The rows of a page of results', () => {
  const hits = Array.from({ length: 50 }, (_, index) =>
    hit(10 + index, [8, 9 + index], [11 + index, 12 + index]),
  );

  it('are read once, though most are neighbours of one another', async () => {
    const { rows, read } = messagesOf(10);
    const { results, last } = await new ResultReader(rows).read(hits);
    expect(results).toHaveLength(50);
    expect(last).toBe(hits.at(-1));
    expect(read).toHaveLength(new Set(read).size);
  });

  it('end before the result that is too much with its neighbours', async () => {
    const { rows, read } = messagesOf(MEBIBYTE / 2);
    const { results, last } = await new ResultReader(rows).read(hits);
    expect(results).toHaveLength(1);
    expect(last).toBe(hits[0]);
    expect(read.length).toBeLessThan(8);
  });

  it('are the nearest neighbours where one result is too large', async () => {
    const { rows, read } = messagesOf(MEBIBYTE);
    const { results } = await new ResultReader(rows).read([hit(9, [1, 2, 3, 4], [10, 11])]);
    const ids = results.map(({ neighbours }) => neighbours?.before.map(({ id }) => id));
    expect(ids).toEqual([[3, 4]]);
    expect(read.length).toBeLessThanOrEqual(4);
  });

  it('are no reason to hold up others', async () => {
    const { rows } = messagesOf(10);
    let turns = 0;
    let isReading = true;
    const slow: Rows<StoredText> = {
      ...rows,
      conversations: {
        getMessage: (id) => {
          const end = performance.now() + 2;
          while (performance.now() < end);
          return rows.conversations.getMessage(id);
        },
      },
    };
    const count = async (): Promise<void> => {
      for (; isReading; turns++) await nextTurn();
    };
    const counting = count();
    await new ResultReader(slow).read(hits);
    isReading = false;
    await counting;
    expect(turns).toBeGreaterThan(10);
  });
});
