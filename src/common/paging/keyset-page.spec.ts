import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Position } from './cursor.js';
import { mapPage, readPage, scopeOf, type Page } from './keyset-page.js';

interface Row {
  readonly id: number;
  readonly at: string;
}

/** Rows in the order oldest first, and how to read them past a place. */
function listOf(rows: readonly Row[]): (after: Position | undefined, limit: number) => Promise<Row[]> {
  return (after, limit) =>
    Promise.resolve(
      rows
        .filter(({ at, id }) => !after || at > after.moment || (at === after.moment && id > after.id))
        .slice(0, limit),
    );
}

async function pagesOf(rows: readonly Row[], limit: number): Promise<Page<Row>[]> {
  const pages: Page<Row>[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page: Page<Row> = await readPage<Row>({ limit, cursor, scope: 'rows', sortBy: 'at' }, listOf(rows));
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

  it('of another list is refused before anything is read', async () => {
    const [{ nextCursor } = { nextCursor: null }] = await pagesOf(
      [1, 2].map((id) => ({ id, at: 'a' })),
      1,
    );
    let isRead = false;
    const read = (): Promise<Row[]> => {
      isRead = true;
      return Promise.resolve([]);
    };
    const request = { limit: 1, cursor: String(nextCursor), scope: 'other rows', sortBy: 'at' } as const;
    await expect(readPage<Row>(request, read)).rejects.toMatchObject({ code: 'validation_failed' });
    expect(isRead).toBe(false);
  });

  it('keeps its cursor when its rows are made into answers', () => {
    expect(mapPage({ items: [1, 2], nextCursor: 'next' }, String)).toEqual({
      items: ['1', '2'],
      nextCursor: 'next',
    });
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
