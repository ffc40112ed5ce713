import type { JSX } from 'preact';
import { answerOf, api } from '../../api/client.js';
import { useResource } from '../../api/resource.js';
import { Loaded } from '../../components/Loaded.js';
import { isSilent } from '../../components/message-words.js';
import { Neighbours } from '../../components/Neighbours.js';
import type { TimelineItem } from '../../state/places.js';
import { idOf, type Hit } from './hits.js';

const MOST = 13;
const MINUTES = 60;

/** What happened just before and after it, of all kinds, oldest first; calls of tools are told by their answers. */
export function AroundHit({ hit }: { hit: Hit }): JSX.Element {
  const around = idOf(hit);
  const items = useResource(
    async (signal) => {
      const query = { around, minutes: MINUTES, limit: MOST };
      const { timeline } = await answerOf(api.GET('/api/memory/timeline', { params: { query }, signal }));
      const told = timeline.filter((item) => !isSilent(item) || isHit(item, hit));
      return { around, timeline: told.reverse() };
    },
    [around],
  );
  return (
    <Loaded of={items} failure="What stood around it could not be read." rows={5}>
      {({ timeline, around: of }) => {
        // While one goes on to the next hit, what stood around the last one would mislead.
        if (of !== around) return null;
        if (timeline.length < 2) return <p class="muted">Nothing within an hour before and after it.</p>;
        return <Neighbours items={timeline} isSelf={(item) => isHit(item, hit)} self="This one" />;
      }}
    </Loaded>
  );
}

function isHit(item: TimelineItem, hit: Hit): boolean {
  return item.kind === hit.kind && String(item.id) === String(hit.id) && item.at === hit.timestamp;
}
