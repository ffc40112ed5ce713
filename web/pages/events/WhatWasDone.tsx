import type { JSX } from 'preact';
import { answerOf, api } from '../../api/client.js';
import { useResource } from '../../api/resource.js';
import type { EventRow, Schemas } from '../../api/types.js';
import { Glyph } from '../../components/Glyph.js';
import { Icon } from '../../components/Icon.js';
import { Loaded } from '../../components/Loaded.js';
import { Section } from '../../components/Section.js';
import { Time } from '../../components/Time.js';
import { addressOf } from '../../state/address.js';
import { now } from '../../state/clock.js';
import { versionOf } from '../../state/live.js';
import { iso } from '../../state/range.js';
import { outcomeWords } from './outcome.js';

/** So many actions are shown; the last ones, which lie nearest to the outcome. */
const MOST = 8;

interface Props {
  readonly event: EventRow;
  readonly similar: Schemas['SimilarDto'] | undefined;
}

/** What was done where it happened until it was fixed, and whether it came back. */
export function WhatWasDone({ event, similar }: Props): JSX.Element {
  const { timestamp, resolvedAt } = event;
  const resource = useResource(
    async (signal) => {
      const query = { ...actionsOf(event), limit: MOST };
      const { events } = await answerOf(api.GET('/api/memory/events', { params: { query }, signal }));
      return [...events].reverse();
    },
    [timestamp, resolvedAt, resolvedAt === null ? versionOf('events').value : 0],
  );
  return (
    <Section title="What was done" class="part">
      <Loaded of={resource} failure="What was done could not be read." rows={3}>
        {(actions) => (
          <ol class="neighbours done-list">
            {actions.map((action) => (
              <li key={action.id}>
                <Icon name="tool" size={14} />
                <Time at={action.timestamp} as="clock" />
                <a class="cut" dir="auto" href={addressOf('events', { id: String(action.id) })}>
                  {action.summary}
                </a>
              </li>
            ))}
            {actions.length === 0 && (
              <li class="faint none">Nothing was done on {event.node ?? 'the cluster'}.</li>
            )}
            {resolvedAt !== null && (
              <li>
                <Glyph of="fixed" />
                <Time at={resolvedAt} as="clock" />
                <span>{outcomeWords(event, similar, now.value)}</span>
              </li>
            )}
          </ol>
        )}
      </Loaded>
    </Section>
  );
}

/** From when it happened until it was fixed, the last moment included. */
function actionsOf({ timestamp, resolvedAt, node }: EventRow) {
  return {
    type: ['action' as const],
    since: timestamp,
    ...(node !== null && { node: [node] }),
    ...(resolvedAt !== null && { until: iso(Date.parse(resolvedAt) + 1) }),
  };
}
