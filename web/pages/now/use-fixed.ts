import { answerOf, api } from '../../api/client.js';
import { useResource } from '../../api/resource.js';
import { serverNow } from '../../state/clock.js';
import { versionOf } from '../../state/live.js';
import { instant, iso } from '../../state/range.js';

const DAY = 86_400_000;
const MOST = 200;

/** How many problems Jarvis fixed in the day before the moment that is shown, and when something was resolved last. */
export function useFixed(): { readonly byJarvis: number; readonly lastAt: number | undefined } {
  const at = instant.value;
  const { data } = useResource(
    async (signal) => {
      const until = at ?? serverNow();
      const query = { kind: ['resolution' as const], limit: MOST, until: iso(until) };
      const { timeline } = await answerOf(api.GET('/api/memory/timeline', { params: { query }, signal }));
      const since = iso(until - DAY);
      const fixed = timeline.filter(({ at: when, title }) => when >= since && title.startsWith(BY_JARVIS));
      return { byJarvis: fixed.length, lastAt: timeline[0] && Date.parse(timeline[0].at) };
    },
    [at, versionOf('events').value],
  );
  return data.value ?? { byJarvis: 0, lastAt: undefined };
}

const BY_JARVIS = 'resolved by jarvis';
