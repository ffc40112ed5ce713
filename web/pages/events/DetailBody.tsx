import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { EventRow } from '../../api/types.js';
import { Icon } from '../../components/Icon.js';
import { copyOf } from '../../components/json-values.js';
import { JsonTree } from '../../components/JsonTree.js';
import { Node } from '../../components/Node.js';
import { Section } from '../../components/Section.js';
import { Time } from '../../components/Time.js';
import { open } from '../../state/address.js';
import { copyText } from '../../state/copy.js';
import { copyLink } from '../../state/link.js';
import { instant } from '../../state/range.js';
import { resolveWithUndo } from '../../state/resolving.js';
import { mayWrite } from '../../state/session.js';
import { useShortcut } from '../../state/shortcuts.js';
import { AroundIt } from './AroundIt.js';
import { mayBeFixed } from './marked.js';
import { SeenBefore, useSimilar } from './SeenBefore.js';
import { WhatWasDone } from './WhatWasDone.js';

/** From so many characters on a title may be longer than what is shown of it. */
const LONG_TITLE = 200;

export function DetailBody({ event, others }: { event: EventRow; others: readonly EventRow[] }): JSX.Element {
  const { id, timestamp, type, source, node, details } = event;
  const similar = useSimilar(id);
  return (
    <>
      <Title text={event.summary} />
      <p class="event-facts">
        <Node name={node} />
        <span>
          {type} from {source}
        </span>
        <Time at={timestamp} as="moment" />
        {event.resolvedBy !== null && (
          <span>resolved by {event.resolvedBy === 'user' ? 'you' : 'Jarvis'}</span>
        )}
        {others.length > 1 && <span>{others.length} times in a row</span>}
      </p>
      <Actions event={event} others={others} />
      {mayBeFixed(event) && <WhatWasDone event={event} similar={similar.data.value} />}
      <SeenBefore event={event} resource={similar} />
      <AroundIt event={event} />
      <Section
        title="Details"
        class="part"
        side={
          details !== null && (
            <button
              type="button"
              class="button link"
              onClick={() => void copyText(copyOf(details), 'Copied the details')}
            >
              Copy all
            </button>
          )
        }
      >
        {details === null ? (
          <p class="faint">Nothing more was sent.</p>
        ) : (
          <JsonTree value={details} label="Details" />
        )}
      </Section>
    </>
  );
}

/** Four lines of a title, and the rest when it is asked for. */
function Title({ text }: { text: string }): JSX.Element {
  const [isWhole, setWhole] = useState(text.length <= LONG_TITLE);
  return (
    <>
      <h2 class={isWhole ? 'detail-title' : 'detail-title short'} dir="auto">
        {text}
      </h2>
      {!isWhole && (
        <button
          type="button"
          class="button link small"
          onClick={() => {
            setWhole(true);
          }}
        >
          Show all
        </button>
      )}
    </>
  );
}

function Actions({ event, others }: { event: EventRow; others: readonly EventRow[] }): JSX.Element {
  const { id, resolved } = event;
  const canResolve = mayBeFixed(event) && !resolved && mayWrite.value && instant.value === undefined;
  const resolve = (): void => {
    resolveWithUndo(others.length > 0 ? others : [event]);
  };
  const showAround = (): void => {
    open('timeline', { around: `event:${id}` });
  };
  const copy = (): void => {
    void copyLink({ id: String(id) });
  };
  useShortcut('r', 'Resolve the event', canResolve ? resolve : undefined);
  useShortcut('a', 'Show what was around it', showAround);
  useShortcut('c', 'Copy a link to it', copy);
  return (
    <div class="buttons">
      {canResolve && (
        <button type="button" class="button primary" title="Resolve (R)" onClick={resolve}>
          <Icon name="check" />
          Resolve <kbd>R</kbd>
        </button>
      )}
      <button type="button" class="button" title="15 minutes before and after it (A)" onClick={showAround}>
        <Icon name="around" />
        Around this <kbd>A</kbd>
      </button>
      <button type="button" class="button" title="Copy a link that shows what you see (C)" onClick={copy}>
        <Icon name="link" />
        Copy link <kbd>C</kbd>
      </button>
    </div>
  );
}
