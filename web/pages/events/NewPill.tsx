import type { JSX } from 'preact';
import type { EventRow } from '../../api/types.js';
import { Icon } from '../../components/Icon.js';
import { severityOf, SEVERITIES } from '../../components/severities.js';
import { useShortcut } from '../../state/shortcuts.js';
import { count } from '../../words/numbers.js';

/** What arrived while the list kept its place, and how bad it is at worst. */
export function NewPill({ of, onShow }: { of: readonly EventRow[]; onShow: () => void }): JSX.Element {
  const hasSome = of.length > 0;
  useShortcut('n', 'Show what is new', hasSome ? onShow : undefined);
  const worst = SEVERITIES.find((one) => of.some(({ severity }) => severityOf(severity) === one));
  return (
    <span role="status">
      {hasSome && (
        <button type="button" class="new-pill" title="Show what is new (N)" onClick={onShow}>
          <Icon name="newer" size={14} />
          {count(of.length)} new, none worse than {worst}
        </button>
      )}
    </span>
  );
}
