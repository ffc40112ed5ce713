import type { JSX } from 'preact';
import type { EventRow } from '../../api/types.js';
import type { FoldedEvent } from '../../components/fold-events.js';
import { Glyph } from '../../components/Glyph.js';
import { Icon } from '../../components/Icon.js';
import { Node } from '../../components/Node.js';
import { Severity, severityOf } from '../../components/Severity.js';
import { Time } from '../../components/Time.js';
import { instant, moment } from '../../state/range.js';
import { length } from '../../words/times.js';
import { isFixedAt, isOpenAt } from './filters.js';

interface Props {
  readonly of: FoldedEvent;
  readonly isMarked: boolean;
}

/** An event in one line; on a phone in two. */
export function EventListRow({ of: { event, all }, isMarked }: Props): JSX.Element {
  return (
    <>
      <Severity of={severityOf(event.severity)} />
      <Time at={event.timestamp} />
      <Node name={event.node} />
      <span class="summary" dir="auto">
        {isMarked && (
          <span class="mark-sign">
            <Icon name="check" size={12} />
            <span class="aloud">Marked: </span>
          </span>
        )}
        {event.summary}
      </span>
      <span class="times number" title={all.length > 1 ? `${all.length} times, folded` : undefined}>
        {all.length > 1 && `×${all.length}`}
      </span>
      <EventState of={event} since={all.at(-1)?.timestamp ?? event.timestamp} />
    </>
  );
}

/** `open 2 h 11 min`, `fixed in 17 min`, or nothing. */
export function EventState({ of: event, since }: { of: EventRow; since?: string }): JSX.Element {
  const begunAt = Date.parse(since ?? event.timestamp);
  if (isOpenAt(event, instant.value))
    return (
      <span class="state open number">
        <span class="word">open </span>
        {length(moment.value - begunAt)}
      </span>
    );
  if (!isFixedAt(event, instant.value)) return <span class="state" />;
  return (
    <span class="state fixed number">
      <Glyph of="fixed" />
      fixed{event.resolvedAt !== null && ` in ${length(Date.parse(event.resolvedAt) - begunAt)}`}
    </span>
  );
}
