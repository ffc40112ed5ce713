import type { JSX } from 'preact';
import { answerOf, api } from '../../api/client.js';
import { useResource, type Resource } from '../../api/resource.js';
import type { EventRow, Schemas } from '../../api/types.js';
import { Loaded } from '../../components/Loaded.js';
import { Section } from '../../components/Section.js';
import { severityOf } from '../../components/severities.js';
import { addressOf } from '../../state/address.js';
import { now } from '../../state/clock.js';
import { count } from '../../words/numbers.js';
import { DotPlot } from './DotPlot.js';
import { seenSentence, usualHourOf } from './seen-before.js';

interface Props {
  readonly event: EventRow;
  readonly resource: Resource<Schemas['SimilarDto']>;
}

export function useSimilar(id: number): Resource<Schemas['SimilarDto']> {
  return useResource(
    async (signal) => {
      const params = { path: { id } };
      return (await answerOf(api.GET('/api/memory/events/{id}/similar', { params, signal }))).similar;
    },
    [id],
  );
}

/** What the memory has of events like this one: how often, when, and what helped. */
export function SeenBefore({ event, resource }: Props): JSX.Element {
  const times = resource.data.value?.pattern.timesSeen ?? 0;
  return (
    <Section
      title="Seen before"
      class="part"
      side={
        times > 1 && (
          <a href={addressOf('search', { q: event.summary, kind: 'event' })}>Show all {count(times)}</a>
        )
      }
    >
      <Loaded of={resource} failure="What was seen before could not be read." rows={4}>
        {(similar) => <Seen similar={similar} event={event} />}
      </Loaded>
    </Section>
  );
}

function Seen({ similar, event }: { similar: Schemas['SimilarDto']; event: EventRow }): JSX.Element {
  const { pattern, earlier } = similar;
  return (
    <>
      <p>{seenSentence(similar, now.value)}</p>
      {earlier.length > 0 && (
        <DotPlot
          times={earlier.map(({ timestamp }) => Date.parse(timestamp))}
          self={Date.parse(event.timestamp)}
          severity={severityOf(event.severity)}
          usualHour={usualHourOf(pattern, now.value)}
        />
      )}
      {pattern.actions.length > 0 && <Helped actions={pattern.actions} />}
    </>
  );
}

/** What was done, and after how many of the times it stayed away for a day. */
function Helped({ actions }: { actions: Schemas['SeenPatternDto']['actions'] }): JSX.Element {
  // Of many it cannot be said yet; those that are known are enough, where there are any.
  const known = actions.filter(({ stayedAway }) => stayedAway.of > 0);
  const shown = known.length > 0 ? known.slice(0, 5) : actions.slice(0, 3);
  return (
    <>
      <h3 class="helped-head">
        What helped <span class="faint small">stayed away for 24 h</span>
      </h3>
      <ul class="helped">
        {shown.map(({ summary, stayedAway: { times, of }, ids }) => (
          <li key={summary}>
            <a
              class="cut"
              href={addressOf('events', { id: ids[0] === undefined ? undefined : String(ids[0]) })}
            >
              {summary}
            </a>
            <Dots times={times} of={of} />
            <span class="muted number">{of === 0 ? 'not known' : `${times} of ${of}`}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

const MOST_DOTS = 8;

function Dots({ times, of }: { times: number; of: number }): JSX.Element | null {
  if (of > MOST_DOTS) return <span />;
  return (
    <svg class="helped-dots" width={of * 10} height="8" aria-hidden="true">
      {Array.from({ length: of }, (_, index) => (
        <circle key={index} class={index < times ? 'on' : 'off'} cx={index * 10 + 4} cy="4" r="3" />
      ))}
    </svg>
  );
}
