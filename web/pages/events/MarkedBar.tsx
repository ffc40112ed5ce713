import type { JSX } from 'preact';
import type { EventRow } from '../../api/types.js';
import { serverNow } from '../../state/clock.js';
import { copyText } from '../../state/copy.js';
import { instant } from '../../state/range.js';
import { resolveWithUndo } from '../../state/resolving.js';
import { mayWrite } from '../../state/session.js';
import { useShortcut } from '../../state/shortcuts.js';
import { showToast } from '../../state/toasts.js';
import { count, counted } from '../../words/numbers.js';
import { exportRows } from './export-events.js';
import { linesOf, mayBeFixed } from './marked.js';

/** What can be done with the events that are marked. */
export function MarkedBar({
  rows,
  onClear,
}: {
  rows: readonly EventRow[];
  onClear: () => void;
}): JSX.Element {
  const open = rows.filter((event) => !event.resolved && mayBeFixed(event));
  const canResolve = open.length > 0 && mayWrite.value && instant.value === undefined;
  const resolve = (): void => {
    resolveWithUndo(open);
    onClear();
  };
  const save = (): void => {
    exportRows(rows, serverNow());
    showToast({ text: `Exported ${counted(rows.length, 'event')}` });
  };
  useShortcut('Escape', 'Mark none', onClear);
  return (
    <>
      <b class="number">{count(rows.length)} marked</b>
      {canResolve && (
        <button type="button" class="button link" onClick={resolve}>
          Resolve {count(open.length)}
        </button>
      )}
      <button
        type="button"
        class="button link"
        onClick={() => void copyText(linesOf(rows), `Copied ${counted(rows.length, 'event')}`)}
      >
        Copy
      </button>
      <button type="button" class="button link" onClick={save}>
        Export
      </button>
      <button type="button" class="button link" title="Mark none (Esc)" onClick={onClear}>
        Clear
      </button>
    </>
  );
}
