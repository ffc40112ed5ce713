import { computed, effect, signal } from '@preact/signals';
import { answerOf, api } from '../api/client.js';
import type { EventRow } from '../api/types.js';
import { severityOf, SEVERITIES } from '../components/Severity.js';
import { eventsOf } from './changes.js';
import { reconnects } from './connection.js';
import { onChange, versionOf } from './live.js';
import { instant, iso } from './range.js';
import { resolving } from './resolving.js';
import { session } from './session.js';

const MOST = 200;

/** The events that ask for somebody: warnings and worse that were open at the moment that is shown, worst first. */
export const openEvents = signal<readonly EventRow[] | undefined>(undefined);
/** 200 stands for 200 or more. */
export const openCount = computed(
  () => openEvents.value?.filter(({ id }) => !resolving.value.has(id)).length ?? 0,
);

effect(() => {
  const at = instant.value;
  if (!session.value || versionOf('events').value + reconnects.value < 0) return undefined;
  const abort = new AbortController();
  const query = {
    minSeverity: 'warning',
    limit: MOST,
    ...(at === undefined ? { resolved: false } : { openAt: iso(at) }),
  } as const;
  answerOf(api.GET('/api/memory/events', { params: { query }, signal: abort.signal })).then(
    ({ events }) => {
      if (!abort.signal.aborted) openEvents.value = [...events].sort(worstFirst);
    },
    // The strip says that the service is away, and what is shown stays.
    () => undefined,
  );
  return () => {
    abort.abort();
  };
});

// Who looks at what is open sees at once what comes; the rest of a page is asked for a little later.
onChange((changes) => {
  const known = openEvents.peek();
  if (instant.peek() !== undefined || !known) return;
  const saved = eventsOf(changes, 'event.saved').filter(
    ({ severity, resolved }) => !resolved && severityOf(severity) !== 'info',
  );
  if (saved.length === 0) return;
  const ids = new Set(saved.map(({ id }) => id));
  openEvents.value = [...known.filter(({ id }) => !ids.has(id)), ...saved].sort(worstFirst).slice(0, MOST);
});

function worstFirst(one: EventRow, other: EventRow): number {
  const rank = ({ severity }: EventRow): number => SEVERITIES.indexOf(severityOf(severity));
  return rank(one) - rank(other) || Date.parse(one.timestamp) - Date.parse(other.timestamp);
}
