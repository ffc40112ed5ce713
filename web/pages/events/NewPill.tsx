import type { JSX } from 'preact';
import { Icon } from '../../components/Icon.js';
import { severityOf, SEVERITIES } from '../../components/severities.js';
import { useShortcut } from '../../state/shortcuts.js';
import { count } from '../../words/numbers.js';
import type { EventList } from './use-event-list.js';

/** What arrived while the list kept its place, and how bad it is at worst. */
export function NewPill({ of: { held, isCut, showHeld } }: { of: EventList }): JSX.Element {
  const hasSome = held.length > 0;
  useShortcut('n', 'Show what is new', hasSome ? showHeld : undefined);
  const worst = SEVERITIES.find((one) => held.some(({ severity }) => severityOf(severity) === one));
  return (
    <span role="status">
      {hasSome && (
        <button type="button" class="new-pill" title="Show what is new (N)" onClick={showHeld}>
          <Icon name="newer" size={14} />
          {count(held.length)} {isCut ? 'or more new' : `new, none worse than ${worst ?? ''}`}
        </button>
      )}
    </span>
  );
}
