import type { JSX } from 'preact';
import { answerOf, api } from '../../api/client.js';
import { useResource } from '../../api/resource.js';
import type { EventRow, Schemas } from '../../api/types.js';
import { Glyph } from '../../components/Glyph.js';
import { Icon } from '../../components/Icon.js';
import { Loaded } from '../../components/Loaded.js';
import { Section } from '../../components/Section.js';
import { severityOf } from '../../components/severities.js';
import { Time } from '../../components/Time.js';
import { addressOf } from '../../state/address.js';
import { changeWords, resolutionWords } from '../../words/changes.js';
import { neighboursOf, reachOf } from './neighbours.js';

type Item = Schemas['TimelineItemDto'];

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
          <ol class="neighbours">
            {items.map((item) => (
              <Neighbour
                key={`${item.kind}:${item.id}`}
                of={item}
                isSelf={item.kind === 'event' && item.id === id}
              />
            ))}
          </ol>
        )}
      </Loaded>
    </Section>
  );
}

function Neighbour({ of, isSelf }: { of: Item; isSelf: boolean }): JSX.Element {
  return (
    <li class={isSelf ? 'self' : undefined}>
      <Mark of={of} />
      <Time at={of.at} as="clock" />
      {isSelf ? (
        <span>This event</span>
      ) : (
        <a class="cut" href={targetOf(of)} dir="auto">
          {wordsOf(of)}
        </a>
      )}
    </li>
  );
}

function Mark({ of: { kind, severity } }: { of: Item }): JSX.Element {
  if (kind === 'event') return <Glyph of={severityOf(severity)} />;
  if (kind === 'resolution') return <Glyph of="fixed" />;
  const icons = { snapshot: 'moved', message: 'conversations', preference: 'preferences' } as const;
  return <Icon name={icons[kind]} size={14} />;
}

function wordsOf({ kind, title }: Item): string {
  if (kind === 'snapshot') return changeWords(title);
  return kind === 'resolution' ? resolutionWords(title) : title;
}

function targetOf({ kind, id, at }: Item): string {
  if (kind === 'event' || kind === 'resolution') return addressOf('events', { id: String(id) });
  if (kind === 'preference') return addressOf('preferences', { key: String(id) });
  if (kind === 'message') return addressOf('conversations', { message: String(id) });
  return addressOf('time-machine', { at });
}
