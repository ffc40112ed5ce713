import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { asProblem } from '../../api/problems.js';
import { Icon } from '../../components/Icon.js';
import type { Span } from '../../state/range.js';
import { showToast } from '../../state/toasts.js';
import { count, counted } from '../../words/numbers.js';
import { exportEvents } from './export-events.js';
import type { Filters } from './filters.js';

interface Props {
  readonly filters: Filters;
  readonly span: Span;
  readonly at: number | undefined;
}

/** Saves what is shown, all pages of it, as a JSON file. */
export function ExportButton({ filters, span, at }: Props): JSX.Element {
  const done = useSignal<number | undefined>(undefined);
  const run = async (): Promise<void> => {
    done.value = 0;
    try {
      const all = await exportEvents(filters, span, at, (exported) => (done.value = exported));
      showToast({ text: `Exported ${counted(all, 'event')}` });
    } catch (error) {
      showToast({ text: `Not exported: ${asProblem(error).words}` });
    }
    done.value = undefined;
  };
  return (
    <button
      type="button"
      class="button plain"
      title="Saves what is shown as a JSON file"
      disabled={done.value !== undefined}
      onClick={() => void run()}
    >
      <Icon name="download" />
      {done.value === undefined ? 'Export' : `Exporting ${count(done.value)}…`}
    </button>
  );
}
