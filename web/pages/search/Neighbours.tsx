import type { JSX } from 'preact';
import { answerOf, api } from '../../api/client.js';
import { useResource } from '../../api/resource.js';
import type { Schemas } from '../../api/types.js';
import { Glyph } from '../../components/Glyph.js';
import { Icon } from '../../components/Icon.js';
import { Loaded } from '../../components/Loaded.js';
import { Severity, severityOf } from '../../components/Severity.js';
import { Time } from '../../components/Time.js';
import { addressOf } from '../../state/address.js';
import { idOf, type Hit } from './hits.js';

type Item = Schemas['TimelineItemDto'] & { readonly sessionId?: string };

const MOST = 9;
const MINUTES = 60;

/** What happened just before and after it, of all kinds, oldest first. */
export function Neighbours({ hit }: { hit: Hit }): JSX.Element {
  const around = idOf(hit);
  const items = useResource(
    async (signal) => {
      const query = { around, minutes: MINUTES, limit: MOST };
      const { timeline } = await answerOf(api.GET('/api/memory/timeline', { params: { query }, signal }));
      return { around, timeline: [...timeline].reverse() };
    },
    [around],
  );
  return (
    <Loaded of={items} failure="What stood around it could not be read." rows={5}>
      {({ timeline, around: of }) => {
        // While one goes on to the next hit, what stood around the last one would mislead.
        if (of !== around) return null;
        if (timeline.length < 2) return <p class="muted">Nothing within an hour before and after it.</p>;
        return (
          <ol class="neighbours">
            {timeline.map((item) => (
              <li key={`${item.kind} ${item.id} ${item.at}`}>
                <Sign of={item} />
                <Time at={item.at} as="clock" />
                {isHit(item, hit) ? (
                  <span class="muted">This one</span>
                ) : (
                  <a class="cut" dir="auto" href={placeOf(item)} title={item.title}>
                    {item.title}
                  </a>
                )}
              </li>
            ))}
          </ol>
        );
      }}
    </Loaded>
  );
}

const ICONS = { message: 'conversations', snapshot: 'time-machine', preference: 'preferences' } as const;

function Sign({ of }: { of: Item }): JSX.Element {
  if (of.kind === 'event') return <Severity of={severityOf(of.severity)} isQuiet />;
  if (of.kind === 'resolution') return <Glyph of="fixed" />;
  return <Icon name={ICONS[of.kind]} size={14} />;
}

function placeOf({ kind, id, at, sessionId }: Item): string {
  if (kind === 'snapshot') return addressOf('time-machine', { at });
  if (kind === 'preference') return addressOf('preferences', { key: String(id) });
  if (kind === 'message' && sessionId === undefined) return addressOf('timeline', { at });
  if (kind === 'message') return addressOf('conversations', { session: sessionId, message: String(id) });
  return addressOf('events', { id: String(id) });
}

function isHit(item: Item, hit: Hit): boolean {
  return item.kind === hit.kind && String(item.id) === String(hit.id) && item.at === hit.timestamp;
}
