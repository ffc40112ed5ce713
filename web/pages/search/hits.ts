import { signal } from '@preact/signals';
import { answerOf, api } from '../../api/client.js';
import { useEndless, type Endless } from '../../api/endless.js';
import type { Schemas } from '../../api/types.js';
import { instant, iso } from '../../state/range.js';

export type Hit = Schemas['SearchResultDto'];
export type Kind = Hit['kind'];
export const KINDS: readonly Kind[] = ['event', 'message', 'preference'];

const PAGE = 50;

/** What was said of the search itself with its first page. */
export const about = signal<Pick<Schemas['SearchAnswer'], 'searched' | 'correctedTo'> | undefined>(undefined);

/** What is found for a text, of one kind or of all, up to the moment that is shown; the best first. */
export function useHits(text: string, kind: Kind | undefined): Endless<Hit> {
  const at = instant.value;
  const load = async (
    cursor: string | undefined,
    stop?: AbortSignal,
  ): Promise<{ rows: Hit[]; next: string | null }> => {
    const query = {
      q: text,
      limit: PAGE,
      ...(kind && { kind: [kind] }),
      ...(at !== undefined && { until: iso(at) }),
      ...(cursor !== undefined && { cursor }),
    };
    const call = api.GET('/api/memory/search', { params: { query }, ...(stop && { signal: stop }) });
    const { results, nextCursor, searched, correctedTo } = await answerOf(call);
    if (cursor === undefined && !stop?.aborted)
      about.value = { searched, ...(correctedTo !== undefined && { correctedTo }) };
    return { rows: results, next: nextCursor };
  };
  return useEndless({ load: text === '' ? undefined : load, idOf, keys: [text, kind, at] });
}

export function idOf({ kind, id }: Hit): string {
  return `${kind}:${id}`;
}
