import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { useResource } from '../../api/resource.js';
import { Loaded } from '../../components/Loaded.js';
import { now } from '../../state/clock.js';
import { counted } from '../../words/numbers.js';
import { when } from '../../words/times.js';
import { ChangeList } from './ChangeList.js';
import { DifferenceView, nothingWords } from './DifferenceView.js';
import { loadDifference, type State, type Tick } from './load.js';

interface Props {
  readonly before: State;
  readonly after: State;
  readonly letters: readonly [string, string];
  readonly ticks: readonly Tick[];
  /** How many snapshots there are at all. */
  readonly stored: number;
}

/** What is different between the two: in words, and in JSON. */
export function Comparison({ before, after, letters, ticks, stored }: Props): JSX.Element {
  const isSame = before.id === after.id;
  const difference = useResource(
    isSame ? undefined : (signal) => loadDifference(before.id, after.id, signal),
    [before.id, after.id],
  );
  const [selected, setSelected] = useState<{ readonly text: string; readonly subject: string }>();
  if (isSame)
    return (
      <p class="muted same-state">
        {stored === 1
          ? 'Only one snapshot is stored: there is nothing yet to compare it with.'
          : `A and B show the same snapshot, of ${when(before.at, now.value)}. Move one of them to compare.`}
      </p>
    );
  return (
    <Loaded of={difference} failure="The two could not be compared." rows={8}>
      {(of) => {
        const isStale = of.from.id !== before.id || of.to.id !== after.id;
        return (
          <div class={isStale ? 'comparison stale' : 'comparison'}>
            <section class="summary" aria-label="What changed">
              <div class="section-head">
                <h2>
                  {of.summary.length === 0
                    ? nothingWords(of.counts)
                    : `${counted(of.summary.length, 'change')}, weightiest first`}
                </h2>
                {of.summary.length > 0 && of.counts.noise > 0 && (
                  <span>{counted(of.counts.noise, 'counter')} hidden</span>
                )}
              </div>
              <ChangeList
                lines={of.summary}
                ticks={ticks.filter(({ at }) => at > before.at && at <= after.at)}
                selected={selected?.text}
                onSelect={setSelected}
              />
            </section>
            {!isStale && (
              <DifferenceView
                before={before}
                after={after}
                of={of}
                letters={letters}
                subject={selected?.subject}
              />
            )}
          </div>
        );
      }}
    </Loaded>
  );
}
