import type { JSX } from 'preact';
import { answerOf, api } from '../../api/client.js';
import { useResource } from '../../api/resource.js';
import type { EventRow } from '../../api/types.js';
import { Loaded } from '../../components/Loaded.js';
import { Neighbours } from '../../components/Neighbours.js';
import { Section } from '../../components/Section.js';
import { neighboursOf, reachOf } from './neighbours.js';

const MINUTES = 30;

/** What happened shortly before and after it. */
export function AroundIt({ event }: { event: EventRow }): JSX.Element {
  const { id } = event;
  const resource = useResource(
    async (signal) => {
      const query = { around: `event:${id}`, minutes: MINUTES, limit: 60 };
      const { timeline } = await answerOf(api.GET('/api/memory/timeline', { params: { query }, signal }));
      return neighboursOf(timeline, id);
    },
    [id],
  );
  const at = Date.parse(event.timestamp);
  return (
    <Section title="Around it" class="part" side={resource.data.value && reachOf(resource.data.value, at)}>
      <Loaded of={resource} failure="What was around it could not be read." rows={4}>
        {(items) => (
          <Neighbours
            items={items}
            isSelf={(item) => item.kind === 'event' && item.id === id}
            self="This event"
          />
        )}
      </Loaded>
    </Section>
  );
}
