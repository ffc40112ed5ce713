import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { answerOf, api } from '../../api/client.js';
import { asProblem } from '../../api/problems.js';
import type { Schemas } from '../../api/types.js';
import { Confirm } from '../../components/Confirm.js';
import { Glyph } from '../../components/Glyph.js';
import { now } from '../../state/clock.js';
import { showToast } from '../../state/toasts.js';
import { when } from '../../words/times.js';
import type { Rules } from './rules.js';
import { freedBy, stakeOf } from './stake.js';

interface Props {
  readonly retention: Rules;
  readonly preview: Schemas['RetentionPreviewDto'] | undefined;
  readonly onForget: () => void;
}

/** What the rules that hold would take, when, and the question where that is more than half of a kind. */
export function Forget({ retention, preview, onForget }: Props): JSX.Element | null {
  const [isAsking, setAsking] = useState(false);
  const [isAgreed, setAgreed] = useState(false);
  if (!preview) return null;
  const stake = stakeOf(preview);
  if (stake === undefined) return <p class="forget muted">Nothing would go.</p>;
  const next =
    retention.nextRunAt === null ? 'the next run' : when(Date.parse(retention.nextRunAt), now.value);
  // The last run said what waits; rules that were set since then were agreed to as they were set.
  const waiting = isAgreed ? undefined : stakeOf(preview, retention.lastRun?.waiting ?? []);
  return (
    <div class="forget">
      <p>
        <strong>
          {stake} would go, {freedBy(preview)}.
        </strong>{' '}
        <span class="faint">Next at {next}. No open event is among them.</span>
        {waiting !== undefined && (
          <span class="severity warning">
            <Glyph of="warning" /> {waiting} wait for your yes: more than half of their kind.
          </span>
        )}
      </p>
      {waiting !== undefined && (
        <button type="button" class="button danger" onClick={() => setAsking(true)}>
          Forget {waiting}…
        </button>
      )}
      {isAsking && (
        <Confirm
          title={`Forget ${waiting ?? stake}?`}
          action={`Forget ${waiting ?? stake}`}
          onConfirm={() =>
            void agree(() => {
              setAgreed(true);
              onForget();
            })
          }
          onClose={() => setAsking(false)}
        >
          They go at {next}, and from then on as the rules say. What is gone does not come back but from a
          backup.
        </Confirm>
      )}
    </div>
  );
}

async function agree(onForget: () => void): Promise<void> {
  try {
    await answerOf(api.PUT('/api/admin/retention', { body: { confirm: true } }));
    showToast({ text: 'Agreed: they go at the next run.' });
    onForget();
  } catch (error) {
    showToast({ text: `Nothing was changed. ${asProblem(error).words}` });
  }
}
