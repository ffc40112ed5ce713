import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { answerOf, api } from '../../api/client.js';
import { useResource } from '../../api/resource.js';
import type { EventRow, Schemas } from '../../api/types.js';
import { foldAll } from '../../components/fold-events.js';
import { Section } from '../../components/Section.js';
import { addressOf } from '../../state/address.js';
import { counted } from '../../words/numbers.js';
import { OpenRow } from './OpenRow.js';

const SHOWN = 5;

/** What asks for somebody: the worst first, each with why it matters now. */
export function OpenEvents({ events }: { events: readonly EventRow[] }): JSX.Element {
  const folded = foldAll(events);
  const shown = folded.slice(0, SHOWN);
  const similar = useSimilar(shown.map(({ event }) => event.id));
  const [focused, setFocused] = useState<number | undefined>(undefined);
  const all = addressOf('events', { open: 'yes', severity: 'critical,error,warning' });
  return (
    <Section title="Open, worst first" side={<a href={addressOf('events')}>All events</a>}>
      {shown.length === 0 ? (
        <p class="muted nothing-open">No warning, error or critical event is open.</p>
      ) : (
        <ul class="open-rows">
          {shown.map((one, index) => (
            <OpenRow
              key={one.event.id}
              of={one}
              similar={similar.get(one.event.id)}
              isCurrent={focused === undefined ? index === 0 : focused === one.event.id}
              onFocus={() => {
                setFocused(one.event.id);
              }}
            />
          ))}
        </ul>
      )}
      {folded.length > SHOWN && (
        <p class="small more-open">
          <a href={all}>{counted(folded.length - SHOWN, 'more is open', 'more are open')}</a>
        </p>
      )}
    </Section>
  );
}

/** What the memory has of events like the ones that are shown; without an answer they have no second line. */
function useSimilar(ids: readonly number[]): ReadonlyMap<number, Schemas['SimilarDto']> {
  const { data } = useResource(
    async (signal) => {
      const answers = await Promise.all(
        ids.map(async (id) => {
          const params = { path: { id } };
          const call = answerOf(api.GET('/api/memory/events/{id}/similar', { params, signal }));
          const answer = await call.catch(() => undefined);
          return answer ? [[id, answer.similar] as const] : [];
        }),
      );
      return new Map(answers.flat());
    },
    [ids.join(' ')],
  );
  return data.value ?? new Map<number, Schemas['SimilarDto']>();
}
