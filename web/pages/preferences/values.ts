import { answerOf, api } from '../../api/client.js';
import { useResource, type Resource } from '../../api/resource.js';
import type { Schemas } from '../../api/types.js';
import { versionOf } from '../../state/live.js';
import { instant, iso } from '../../state/range.js';

export type Preference = Schemas['PreferenceDto'];
export type Change = Schemas['PreferenceChangeDto'];

/** All preferences, by key, as they were at the moment that is shown. */
export function usePreferences(): Resource<readonly Preference[]> {
  const at = instant.value;
  return useResource(
    async (signal) => {
      const all: Preference[] = [];
      let cursor: string | null = null;
      do {
        const page: Schemas['PreferencesAnswer'] = await pageAfter(cursor, at, signal);
        all.push(...page.preferences);
        cursor = page.nextCursor;
      } while (cursor !== null);
      return all;
    },
    [at, versionOf('preferences').value],
  );
}

function pageAfter(
  cursor: string | null,
  at: number | undefined,
  signal: AbortSignal,
): Promise<Schemas['PreferencesAnswer']> {
  const query = { ...(cursor !== null && { cursor }), ...(at !== undefined && { at: iso(at) }) };
  return answerOf(api.GET('/api/memory/preferences', { params: { query }, signal }));
}

/** The values that a preference had, newest first. */
export function useHistory(key: string): Resource<Schemas['PreferenceHistoryAnswer']> {
  return useResource(
    (signal) => {
      const params = { path: { key }, query: { limit: 200 } };
      return answerOf(api.GET('/api/memory/preferences/{key}/history', { params, signal }));
    },
    [key, versionOf('preferences').value],
  );
}

export async function setPreference(key: string, value: string): Promise<Preference> {
  const call = api.PUT('/api/memory/preferences/{key}', { params: { path: { key } }, body: { value } });
  return (await answerOf(call)).preference;
}

export async function deletePreference(key: string): Promise<void> {
  await answerOf(api.DELETE('/api/memory/preferences/{key}', { params: { path: { key } } }));
}
