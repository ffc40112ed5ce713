import type { JSX } from 'preact';
import type { Lane } from './entries.js';
import type { Timeline } from './use-timeline.js';

const HINTS: Partial<Record<Lane, string>> = { messages: ', yours on top', changes: ', large ones tall' };

/** How much of a lane is seen; where it could not be read, the way to try again. */
export function LaneCount({ lane, of, shown }: { lane: Lane; of: Timeline; shown: number }): JSX.Element {
  const { data, problem } = of.lanes[lane];
  if (problem.value && !data.value)
    return (
      <button
        type="button"
        class="button link small"
        title={problem.value.words}
        onClick={of.lanes[lane].reload}
      >
        not read, try again
      </button>
    );
  if (!data.value) return <span class="faint small">…</span>;
  if (lane !== 'problems')
    return (
      <span class="faint small number">
        {shown === 0 ? (data.value.isPartial ? 'being compared' : 'none here') : shown}
        {shown > 0 && <span class="hint">{HINTS[lane]}</span>}
        {data.value.isCut && ', not all'}
      </span>
    );
  const bars = of.bars.filter(
    ({ since, until }) => since < of.view.until && (until ?? Infinity) > of.view.since,
  );
  const open = bars.filter(({ until }) => until === undefined).length;
  return (
    <span class="faint small number">
      {bars.length === 0 ? 'none here' : `${bars.length}, ${open} open`}
      {data.value.isCut && ', not all'}
    </span>
  );
}
