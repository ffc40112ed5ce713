import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { answerOf, api } from '../../api/client.js';
import { asProblem, type Problem } from '../../api/problems.js';
import type { Schemas } from '../../api/types.js';
import { ProblemBox } from '../../components/ProblemBox.js';
import { counted, size } from '../../words/numbers.js';
import { length } from '../../words/times.js';

interface Props {
  /** With the backup that is being made, whoever began it. */
  readonly of: Schemas['BackupsAnswer'];
  /** Asks for the next answer. */
  readonly reload: () => void;
}

const ASK_AGAIN_MS = 500;

/** Makes a backup, and shows how far it is. */
export function MakeBackup({ of, reload }: Props): JSX.Element {
  const [isAsked, setAsked] = useState(false);
  const [made, setMade] = useState<Schemas['BackupMadeDto'] | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const make = async (): Promise<void> => {
    setAsked(true);
    setProblem(undefined);
    setMade(undefined);
    try {
      setMade((await answerOf(api.POST('/api/admin/backups', { body: {} }))).backup);
    } catch (error) {
      setProblem(asProblem(error));
    }
    setAsked(false);
    reload();
  };
  const isRunning = isAsked || of.running !== null;
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setTimeout(reload, ASK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isRunning, of]);
  return (
    <div class="make-backup">
      {!isRunning ? (
        <button type="button" class="button" onClick={() => void make()}>
          Make a backup now
        </button>
      ) : (
        <Progress of={of.running} />
      )}
      {made && (
        <p class="severity" role="status">
          Made in {length(made.durationMs)}: {size(made.sizeBytes)} with {rowsOf(made)}, counted again.
        </p>
      )}
      {problem && <ProblemBox what="No backup was made." problem={problem} />}
    </div>
  );
}

const STEPS = { copy: 'Copying', verify: 'Checking', compress: 'Compressing' } as const;

function Progress({ of }: { of: Schemas['BackupsAnswer']['running'] }): JSX.Element {
  const { step = 'copy', done = 0, total = 0 } = of ?? {};
  // Of a step that has one part there is nothing to see.
  const isKnown = total > 1;
  return (
    <label class="progress">
      <span role="status">{STEPS[step]}</span>
      <span class="faint">{isKnown && `${Math.floor((done / total) * 100)} %`}</span>
      {isKnown ? (
        <progress aria-label="Backup running" value={done} max={total} />
      ) : (
        <progress aria-label="Backup running" />
      )}
    </label>
  );
}

function rowsOf({ rows }: Schemas['BackupMadeDto']): string {
  return counted(
    Object.values(rows).reduce((sum, count) => sum + count, 0),
    'row',
  );
}
