import { answerOf, api } from '../../api/client.js';
import { signal, useComputed } from '@preact/signals';
import { useEndless, type Endless } from '../../api/endless.js';
import { useResource } from '../../api/resource.js';
import type { Schemas } from '../../api/types.js';
import { versionOf } from '../../state/live.js';
import { instant, iso } from '../../state/range.js';

export type SessionRow = Schemas['SessionDto'];

/** A screen of them; where an instant is shown, pages are read on until there are as many that had begun. */
const PAGE = 50;

/** The conversations, the last that was spoken in first: those that had begun at the moment that is shown. */
export function useSessions(): Endless<SessionRow> {
  const at = instant.value;
  const sessions = useEndless({
    load: async (cursor, signal) => {
      const rows: SessionRow[] = [];
      let next = cursor ?? null;
      do {
        const page: Schemas['SessionListAnswer'] = await pageAfter(next, signal);
        rows.push(...page.sessions.filter((one) => at === undefined || Date.parse(one.firstMessageAt) <= at));
        next = page.nextCursor;
      } while (next !== null && rows.length < PAGE);
      return { rows, next };
    },
    idOf: ({ sessionId }) => sessionId,
    keys: [at],
    version: versionOf('conversations').value,
  });
  const rows = useComputed(() =>
    sessions.rows.value?.filter(({ sessionId }) => !leaving.value.has(sessionId)),
  );
  return { ...sessions, rows };
}

/** The conversations that are being deleted: they are no longer shown, before the answer as well. */
export const leaving = signal<ReadonlySet<string>>(new Set());

function pageAfter(cursor: string | null, signal?: AbortSignal): Promise<Schemas['SessionListAnswer']> {
  const query = { limit: PAGE, ...(cursor !== null && { cursor }) };
  return answerOf(api.GET('/api/memory/conversations', { params: { query }, ...(signal && { signal }) }));
}

/** So many conversations at most are in an answer about what they cost: those with most tokens. */
export const MOST_COSTS = 200;

/** What conversations cost since a moment, by their ids, and whether some are left out. */
export function useCosts(since: number | undefined): {
  readonly of: ReadonlyMap<string, number>;
  readonly isCut: boolean;
} {
  const { data } = useResource(
    since === undefined
      ? undefined
      : (signal) => {
          const query = { groupBy: 'session', since: iso(since) } as const;
          return answerOf(api.GET('/api/memory/usage', { params: { query }, signal }));
        },
    [since, versionOf('conversations').value],
  );
  const usage = data.value?.usage ?? [];
  return {
    of: new Map(usage.map(({ sessionId = '', costUsd }) => [sessionId, costUsd])),
    isCut: usage.length >= MOST_COSTS,
  };
}

/** Conversations in which something was said, the best match first; one row each. */
export function useFound(text: string): ReturnType<typeof useResource<readonly FoundRow[]>> {
  const at = instant.value;
  return useResource(
    text === ''
      ? undefined
      : async (signal) => {
          const until = at === undefined ? {} : { until: iso(at) };
          const query = { q: text, kind: ['message' as const], limit: 50, ...until };
          const { results } = await answerOf(api.GET('/api/memory/search', { params: { query }, signal }));
          const found = new Map<string, FoundRow>();
          for (const { message, snippet } of results)
            if (message && !found.has(message.sessionId)) found.set(message.sessionId, { message, snippet });
          return [...found.values()];
        },
    [text, at],
  );
}

export interface FoundRow {
  readonly message: Schemas['MessageDto'];
  readonly snippet: Schemas['SnippetDto'];
}
