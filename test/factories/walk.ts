import type { TestService } from '../support/service.js';

interface Row {
  readonly id: number;
  readonly timestamp: string;
}

/** Follows a list from its first page to its last and returns the rows of all pages, as they came. */
export async function walk<Item = Row>(service: TestService, path: string, name: string): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor && `${path.includes('?') ? '&' : '?'}cursor=${cursor}`;
    const { body } = await service.call('get', `${path}${query}`).expect(200);
    items.push(...(body[name] as Item[]));
    cursor = body.nextCursor as string | null;
  }
  return items;
}

/** Whether every row comes before the next one in the order newest first, which also means that none comes twice. */
export function isNewestFirst(rows: readonly Row[]): boolean {
  return rows.every((row, index) => {
    const next = rows[index + 1];
    if (!next) return true;
    return row.timestamp > next.timestamp || (row.timestamp === next.timestamp && row.id > next.id);
  });
}
