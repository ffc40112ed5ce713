import { useEffect, useMemo, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import type { Operation } from '../../../src/json-patch/index.js';
import { count, counted } from '../../words/numbers.js';
import { when } from '../../words/times.js';
import { now } from '../../state/clock.js';
import { lineNumbersOf } from './difference/line-numbers.js';
import { sectionOf, sectionsOf, tellingOf } from './difference/sections.js';
import type { Difference, State } from './load.js';
import { SectionTable } from './SectionTable.js';
import './difference.css';

interface Props {
  readonly before: State;
  readonly after: State;
  readonly of: Difference;
  readonly letters: readonly [string, string];
  /** What the selected line of the summary is about. */
  readonly subject: string | undefined;
}

/** Two snapshots beside one another, as far as they differ. */
export function DifferenceView({ before, after, of, letters, subject }: Props): JSX.Element {
  const [withCounters, setWithCounters] = useState(false);
  const [onlyChanges, setOnlyChanges] = useState(false);
  const { counts, changes, truncated } = of;
  const sections = useMemo(() => {
    const operations = changes as unknown as readonly Operation[];
    return sectionsOf(
      before.document,
      after.document,
      withCounters ? operations : tellingOf(operations, counts),
    );
  }, [of, withCounters]);
  const numbers = useMemo(() => [before, after].map(({ document }) => lineNumbersOf(document)), [of]);
  const found = subject === undefined ? undefined : sectionOf(sections, subject);
  useEffect(() => {
    // What a line tells may be a counter: a storage that grew.
    if (subject !== undefined && !found && counts.noise > 0) setWithCounters(true);
  }, [subject]);
  return (
    <section class="difference" aria-label="Difference">
      <div class="section-head">
        <h2>Difference</h2>
        <Switches
          noise={counts.noise}
          withCounters={withCounters}
          onlyChanges={onlyChanges}
          onCounters={setWithCounters}
          onOnlyChanges={setOnlyChanges}
        />
      </div>
      {truncated && (
        <p class="muted small">
          The difference is larger than an answer: {count(changes.length)} of {count(counts.operations)}{' '}
          changes are shown.
        </p>
      )}
      {sections.length === 0 && <p class="muted">{nothingWords(counts)}</p>}
      {sections.length > 0 && (
        <SectionTable
          of={sections}
          heads={[
            `${letters[0]} ${when(before.at, now.peek())}`,
            `${letters[1]} ${when(after.at, now.peek())}`,
          ]}
          numbers={numbers}
          onlyChanges={onlyChanges}
          selected={found}
        />
      )}
    </section>
  );
}

interface SwitchesProps {
  readonly noise: number;
  readonly withCounters: boolean;
  readonly onlyChanges: boolean;
  readonly onCounters: (on: boolean) => void;
  readonly onOnlyChanges: (on: boolean) => void;
}

/** Whether what always moves, and what did not change, is shown as well. */
function Switches(props: SwitchesProps): JSX.Element {
  const { noise, withCounters, onlyChanges, onCounters, onOnlyChanges } = props;
  return (
    <span class="buttons">
      {noise > 0 && (
        <button
          type="button"
          class="button link"
          onClick={() => {
            onCounters(!withCounters);
          }}
        >
          {withCounters ? 'Hide' : 'Show'} {counted(noise, 'counter')}
        </button>
      )}
      <button
        type="button"
        class="button link"
        aria-pressed={onlyChanges}
        onClick={() => {
          onOnlyChanges(!onlyChanges);
        }}
      >
        Only changes
      </button>
    </span>
  );
}

export function nothingWords({ operations, noise }: { operations: number; noise: number }): string {
  return operations === 0 || noise === 0
    ? 'Nothing changed.'
    : `Nothing changed but ${counted(noise, 'counter')}.`;
}
