import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  mapPage,
  readPage,
  readAll,
  scopeOf,
  type Page,
  type Part,
  type Slice,
  type SliceReader,
} from './keyset-page.js';

interface Row {
  readonly id: number;
  readonly at: string;
}

/**
 * Rows in the order oldest first, and how to read them.
 * @param mostLookedAt a part ends after so many rows, of which those with an odd id are left out by a filter.
 */
function listOf(rows: readonly Row[], mostLookedAt = Infinity): SliceReader<Row> {
  return ({ after, limit }: Part): Promise<Slice<Row>> => {
    const past = rows.filter(
      ({ at, id }) => !after || at > after.sortKey || (at === after.sortKey && id > after.id),
    );
    const isFiltered = mostLookedAt < Infinity;
    const found: Row[] = [];
    for (const [index, row] of past.entries()) {
      if (found.length === limit || index === mostLookedAt) {
        const { at, id } = past[index - 1]!;
        return Promise.resolve({ rows: found, next: { sortKey: at, id }, bytes: 0 });
      }
      if (!isFiltered || row.id % 2 === 0) found.push(row);
    }
    return Promise.resolve({ rows: found, next: undefined, bytes: 0 });
  };
}

async function pagesOf(rows: readonly Row[], limit: number, mostLookedAt?: number): Promise<Page<Row>[]> {
  const pages: Page<Row>[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page: Page<Row> = await readPage<Row>({ limit, cursor, scope: 'rows' }, listOf(rows, mostLookedAt));
    pages.push(page);
    cursor = page.nextCursor;
  }
  return pages;
}

describe('A page', () => {
  it('leads to the next, until every row was on exactly one of them', async () => {
    const moments = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(moments, fc.integer({ min: 1, max: 7 }), async (given, limit) => {
        const rows = given.sort().map((at, index) => ({ at, id: index + 1 }));
        const pages = await pagesOf(rows, limit);
        expect(pages.flatMap(({ items }) => items)).toEqual(rows);
        expect(pages).toHaveLength(Math.max(1, Math.ceil(rows.length / limit)));
      }),
    );
  });

  it('that is just full and the last has no next one', async () => {
    const rows = [1, 2, 3].map((id) => ({ id, at: 'a' }));
    expect((await pagesOf(rows, 3)).map(({ nextCursor }) => nextCursor)).toEqual([null]);
  });

  it('that is short or empty leads on as well', async () => {
    const rows = Array.from({ length: 40 }, (_, index) => ({ id: index + 1, at: 'a' }));
    const pages = await pagesOf(rows, 5, 1);
    expect(pages.flatMap(({ items }) => items)).toEqual(rows.filter(({ id }) => id % 2 === 0));
    expect(pages.filter(({ items }) => items.length === 0)).toHaveLength(20);
  });

  it('has a bound in bytes', async () => {
    const parts: Part[] = [];
    await readPage<Row>({ limit: 7, scope: 'rows' }, (part) => {
      parts.push(part);
      return Promise.resolve({ rows: [], next: undefined, bytes: 0 });
    });
    expect(parts).toEqual([{ after: undefined, limit: 7, maxBytes: 4 * 1_048_576 }]);
  });

  it('of another list is refused before anything is read', async () => {
    const [{ nextCursor } = { nextCursor: null }] = await pagesOf(
      [1, 2].map((id) => ({ id, at: 'a' })),
      1,
    );
    let isRead = false;
    const read = (): Promise<Slice<Row>> => {
      isRead = true;
      return Promise.resolve({ rows: [], next: undefined, bytes: 0 });
    };
    const request = { limit: 1, cursor: String(nextCursor), scope: 'other rows' };
    await expect(readPage<Row>(request, read)).rejects.toMatchObject({ code: 'validation_failed' });
    expect(isRead).toBe(false);
  });

  it('keeps its cursor when its rows are made into answers', async () => {
    expect(await mapPage({ items: [1, 2], nextCursor: 'next' }, String)).toEqual({
      items: ['1', '2'],
      nextCursor: 'next',
    });
  });
});

describe('A list that is read through', () => {
  const rows = Array.from({ length: 1000 }, (_, index) => ({ id: index + 1, at: 'a' }));
  const idOf = ({ id }: Row): number => id;

  it('is all there, or as much of it as was asked for, however short the parts are', async () => {
    const even = rows.filter(({ id }) => id % 2 === 0).map(idOf);
    expect(await readAll(listOf(rows), idOf)).toEqual(rows.map(idOf));
    expect(await readAll(listOf(rows, 3), idOf)).toEqual(even);
    for (const limit of [1, 2, 199, 200, 201, 499, 500, 501]) {
      expect(await readAll(listOf(rows, 7), idOf, limit)).toEqual(even.slice(0, limit));
    }
  });

  it('lets others have their turn between its parts', async () => {
    const order: string[] = [];
    const read = listOf(rows);
    const reading = readAll((part) => {
      order.push('part');
      setImmediate(() => order.push('turn'));
      return read(part);
    }, idOf);
    await reading;
    expect(order.slice(0, 9)).toEqual([
      'part',
      'turn',
      'part',
      'turn',
      'part',
      'turn',
      'part',
      'turn',
      'part',
    ]);
  });
});

describe('Rows that take long to be made into answers', () => {
  it('let others have their turn', async () => {
    let turns = 0;
    const slowly = (row: number): number => {
      for (const end = performance.now() + 11; performance.now() < end;);
      setImmediate(() => turns++);
      return row;
    };
    expect((await mapPage({ items: [1, 2, 3], nextCursor: null }, slowly)).items).toEqual([1, 2, 3]);
    expect(turns).toBe(2);
  });
});

describe('The scope of a list', () => {
  it('is the same however the filters were written', () => {
    expect(scopeOf('events', { type: ['alert'], node: ['pve1'] })).toBe(
      scopeOf('events', { node: ['pve1'], type: ['alert'], since: undefined }),
    );
  });

  it('differs for another list, another filter and another value', () => {
    const scopes = [
      scopeOf('events'),
      scopeOf('sessions'),
      scopeOf('events', { type: ['alert'] }),
      scopeOf('events', { type: ['action'] }),
      scopeOf('events', { node: ['alert'] }),
      scopeOf('events', { resolved: false }),
    ];
    expect(new Set(scopes).size).toBe(scopes.length);
  });
});
