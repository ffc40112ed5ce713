import type { JSX } from 'preact';
import type { Schemas } from '../../api/types.js';
import type { FoldedEvent } from '../../components/fold-events.js';
import { Icon } from '../../components/Icon.js';
import { Node } from '../../components/Node.js';
import { Severity, severityOf } from '../../components/Severity.js';
import { addressOf } from '../../state/address.js';
import { instant, moment } from '../../state/range.js';
import { resolveWithUndo } from '../../state/resolving.js';
import { mayWrite } from '../../state/session.js';
import { useShortcut } from '../../state/shortcuts.js';
import { exact, length } from '../../words/times.js';
import { whyNow } from './why.js';

interface Props {
  readonly of: FoldedEvent;
  readonly similar: Schemas['SimilarDto'] | undefined;
  /** Whether `R` resolves it. */
  readonly isCurrent: boolean;
  readonly onFocus: () => void;
  readonly onLeave: () => void;
}

/** An open event in two lines, with its age; hovered or focused, it can be resolved. */
export function OpenRow({ of, similar, isCurrent, onFocus, onLeave }: Props): JSX.Element {
  const { event, all } = of;
  const happenedAt = Date.parse(all.at(-1)?.timestamp ?? event.timestamp);
  const severity = severityOf(event.severity);
  const canResolve = mayWrite.value && instant.value === undefined;
  const resolve = (): void => {
    resolveWithUndo(all);
  };
  useShortcut('r', 'Resolve the event', canResolve && isCurrent ? resolve : undefined);
  return (
    <li
      class={`open-row ${severity}`}
      onFocusIn={onFocus}
      onFocusOut={onLeave}
      onPointerEnter={onFocus}
      onPointerLeave={onLeave}
    >
      <Severity of={severity} />
      <a class="what" href={addressOf('events', { id: String(event.id) })}>
        <span class="summary" dir="auto">
          {event.summary}
        </span>
        <span class="faint small cut" dir="auto">
          {similar ? whyNow(similar, Date.parse(event.timestamp), moment.value) : '\u00a0'}
        </span>
      </a>
      <Node name={event.node} />
      <span class="times" title={all.length > 1 ? `${all.length} times, folded` : undefined}>
        {all.length > 1 && `×${all.length}`}
      </span>
      <time class="age" dateTime={event.timestamp} title={exact(happenedAt)}>
        {length(moment.value - happenedAt)}
      </time>
      {canResolve && (
        <button type="button" class="button resolve" onClick={resolve}>
          <Icon name="check" />
          Resolve <kbd>R</kbd>
        </button>
      )}
    </li>
  );
}
