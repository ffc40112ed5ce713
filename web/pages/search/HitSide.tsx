import type { JSX } from 'preact';
import { Icon } from '../../components/Icon.js';
import { Marked } from '../../components/Marked.js';
import { Node } from '../../components/Node.js';
import { Section } from '../../components/Section.js';
import { Severity, severityOf } from '../../components/Severity.js';
import { Time } from '../../components/Time.js';
import { addressOf, open } from '../../state/address.js';
import { now } from '../../state/clock.js';
import { copyText } from '../../state/copy.js';
import { useShortcut } from '../../state/shortcuts.js';
import { aboutHit, stateOf } from './about-hit.js';
import type { Hit } from './hits.js';
import { titleOf } from './title.js';
import { AroundHit } from './AroundHit.js';
import { around, hitAddress } from './places.js';

/** What is selected, with what stood around it. */
export function HitSide({ hit }: { hit: Hit }): JSX.Element {
  const { event } = hit;
  const show = (): void => open('timeline', around(hit));
  const copy = (): void =>
    void copyText(new URL(hitAddress(hit), location.href).href, 'The link to it is copied.');
  useShortcut('a', 'Around this', show);
  useShortcut('c', 'Copy the link', copy);
  return (
    <aside class="hit-side" aria-label="The hit that is selected">
      <p class="muted">
        {event && <Severity of={severityOf(event.severity)} />}{' '}
        {event ? stateOf(event, now.value) : aboutHit(hit, now.value)}
      </p>
      <h2 dir="auto">
        <Marked {...titleOf(hit)} />
      </h2>
      <p class="facts muted">
        {event && <Node name={event.node} />}
        {event && `${event.type} from ${event.source}`}
        <Time at={hit.timestamp} as="moment" />
      </p>
      <div class="buttons">
        <a class="button" href={hitAddress(hit)}>
          Open <kbd>↵</kbd>
        </a>
        <a class="button" href={addressOf('timeline', around(hit))}>
          <Icon name="around" /> Around this <kbd>A</kbd>
        </a>
        <button type="button" class="button" onClick={copy}>
          <Icon name="link" /> Copy link <kbd>C</kbd>
        </button>
      </div>
      <Section title="What stood around it">
        <AroundHit hit={hit} />
      </Section>
      <Section title="Keys" class="keys">
        <dl class="key-list">
          <div>
            <dt>
              <kbd>↑</kbd> <kbd>↓</kbd>
            </dt>
            <dd>next and previous hit</dd>
          </div>
          <div>
            <dt>
              <kbd>↵</kbd>
            </dt>
            <dd>open it on its page</dd>
          </div>
          <div>
            <dt>
              <kbd>Ctrl</kbd> <kbd>↵</kbd>
            </dt>
            <dd>set the time of all pages to it</dd>
          </div>
        </dl>
      </Section>
    </aside>
  );
}
