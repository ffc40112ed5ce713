import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { answerOf, api } from '../../api/client.js';
import { useResource } from '../../api/resource.js';
import type { EventRow, Schemas } from '../../api/types.js';
import { foldAll } from '../../components/fold-events.js';
import { Section } from '../../components/Section.js';
import { addressOf } from '../../state/address.js';
import { iso, moment, span } from '../../state/range.js';
import { useShortcut } from '../../state/shortcuts.js';
import { counted } from '../../words/numbers.js';
import { OpenRow } from './OpenRow.js';

const SHOWN = 5;

/** What asks for somebody: the worst first, each with why it matters now. */
export function OpenEvents({ events }: { events: readonly EventRow[] }): JSX.Element {
  const folded = foldAll(events);
  const shown = folded.slice(0, SHOWN);
  const similar = useSimilar(shown.map(({ event }) => event.id));
  const [focused, setFocused] = useState<number | undefined>(undefined);
  const list = useRef<HTMLUListElement>(null);
  const move = (by: number) => () => {
    const links = [...(list.current?.querySelectorAll<HTMLElement>('.what') ?? [])];
    const place = links.findIndex((link) => link.closest('li')?.contains(document.activeElement));
    links[Math.min(links.length - 1, Math.max(0, place + by))]?.focus();
  };
  useShortcut('j', 'Next open event', move(1));
  useShortcut('k', 'Previous open event', move(-1));
  return (
    <Section title="Open, worst first" side={<a href={addressOf('events')}>All events</a>}>
      {shown.length === 0 ? (
        <p class="muted nothing-open">No warning, error or critical event is open.</p>
      ) : (
        <ul ref={list} class="open-rows">
          {shown.map((one) => (
            <OpenRow
              key={one.event.id}
              of={one}
              similar={similar.get(one.event.id)}
              isCurrent={focused === one.event.id}
              onFocus={() => {
                setFocused(one.event.id);
              }}
              onLeave={() => {
                setFocused(undefined);
              }}
            />
          ))}
        </ul>
      )}
      {folded.length > SHOWN && (
        <p class="small more-open">
          <a href={addressOfAll(events)}>{counted(folded.length - SHOWN, 'more is open', 'more are open')}</a>
        </p>
      )}
    </Section>
  );
}

/** All that are open, over a range that reaches back to the oldest. */
function addressOfAll(events: readonly EventRow[]): string {
  const oldest = Math.min(...events.map(({ timestamp }) => Date.parse(timestamp)));
  const isInRange = oldest >= span.value.since;
  const from = isInRange ? {} : { range: undefined, from: iso(oldest), to: iso(moment.value) };
  return addressOf('events', { open: 'yes', severity: 'critical,error,warning', ...from });
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
