import type { JSX } from 'preact';
import { Icon } from '../../components/Icon.js';
import { Marked } from '../../components/Marked.js';
import { Node } from '../../components/Node.js';
import { Severity, severityOf } from '../../components/Severity.js';
import { Time } from '../../components/Time.js';
import { nearMatch } from '../../components/marks.js';
import { now } from '../../state/clock.js';
import { PHONE, useMedia } from '../../state/media.js';
import { aboutHit } from './about-hit.js';
import type { Hit } from './hits.js';
import { titleOf } from './title.js';

interface Props {
  readonly hit: Hit;
  readonly id: string;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
  readonly onOpen: () => void;
}

/** So many characters of a line are seen on a phone. */
const SEEN_ON_A_PHONE = 28;

export function HitRow({ hit, id, isSelected, onSelect, onOpen }: Props): JSX.Element {
  const isPhone = useMedia(PHONE);
  const title = titleOf(hit);
  return (
    <li id={id} class="hit" role="option" aria-selected={isSelected} onClick={onSelect} onDblClick={onOpen}>
      <HitMark hit={hit} />
      <span class="text">
        <span class="cut" dir="auto">
          <Marked {...(isPhone ? nearMatch(title.text, title.matches, SEEN_ON_A_PHONE) : title)} />
        </span>
        <span class="faint cut">{aboutHit(hit, now.value)}</span>
      </span>
      {hit.event && <Node name={hit.event.node} />}
      <Time at={hit.timestamp} />
    </li>
  );
}

/** The severity of an event, or the sign of the page where it is shown. */
export function HitMark({ hit }: { hit: Hit }): JSX.Element {
  if (hit.event) return <Severity of={severityOf(hit.event.severity)} isQuiet />;
  return <Icon name={hit.kind === 'preference' ? 'preferences' : 'conversations'} size={14} />;
}
