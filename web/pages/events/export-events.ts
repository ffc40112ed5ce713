import { answerOf, api } from '../../api/client.js';
import type { EventRow } from '../../api/types.js';
import { jsonText } from '../../components/json-values.js';
import { iso, type Span } from '../../state/range.js';
import { queryOf, type Filters } from './filters.js';

const PAGE_SIZE = 200;

/** Writes what the filters take of a span into a JSON file, page by page. @returns how many there were. */
export async function exportEvents(
  filters: Filters,
  { since, until }: Span,
  at: number | undefined,
  onProgress: (count: number) => void,
): Promise<number> {
  const parts: string[] = ['[\n'];
  let exported = 0;
  let cursor: string | undefined;
  do {
    const query = {
      ...queryOf(filters, at === undefined ? undefined : iso(at)),
      since: iso(since),
      until: iso(until),
      limit: PAGE_SIZE,
      cursor,
    };
    const { events, nextCursor } = await answerOf(api.GET('/api/memory/events', { params: { query } }));
    for (const event of events) {
      parts.push(exported === 0 ? '' : ',\n', jsonText(event));
      exported += 1;
    }
    onProgress(exported);
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
  parts.push('\n]\n');
  save(parts, until);
  return exported;
}

/** Writes some events into a JSON file, as the others are. */
export function exportRows(rows: readonly EventRow[], at: number): void {
  save(['[\n', rows.map((event) => jsonText(event)).join(',\n'), '\n]\n'], at);
}

function save(parts: string[], at: number): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts, { type: 'application/json' }));
  link.download = `events-${iso(at).slice(0, 16).replace(':', '')}.json`;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 60_000);
}
