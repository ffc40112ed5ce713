import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { answerOf, api } from '../../api/client.js';
import { asProblem, type Problem } from '../../api/problems.js';
import type { Schemas } from '../../api/types.js';
import { ProblemBox } from '../../components/ProblemBox.js';
import { counted, size } from '../../words/numbers.js';
import { length } from '../../words/times.js';

interface Props {
  readonly last: Schemas['BackupDto'] | undefined;
  readonly onMade: () => void;
}

/** Makes a backup. The service says when it is finished and not how far it is, so that the time is what is shown. */
export function MakeBackup({ last, onMade }: Props): JSX.Element {
  const [begun, setBegun] = useState<number | undefined>(undefined);
  const [made, setMade] = useState<Schemas['BackupMadeDto'] | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const make = async (): Promise<void> => {
    setBegun(performance.now());
    setProblem(undefined);
    setMade(undefined);
    try {
      setMade((await answerOf(api.POST('/api/admin/backups', { body: {} }))).backup);
      onMade();
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBegun(undefined);
  };
  return (
    <div class="make-backup">
      {begun === undefined ? (
        <button type="button" class="button" onClick={() => void make()}>
          Make a backup now
        </button>
      ) : (
        <Progress begun={begun} last={last} />
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

function Progress({ begun, last }: { begun: number; last: Props['last'] }): JSX.Element {
  const [now, setNow] = useState(begun);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <label class="progress">
      <span role="status">Backup running</span>
      <span class="faint">
        {length(now - begun)}
        {last && `, the last one was ${size(last.sizeBytes)}`}
      </span>
      <progress aria-label="Backup running" />
    </label>
  );
}

function rowsOf({ rows }: Schemas['BackupMadeDto']): string {
  return counted(
    Object.values(rows).reduce((sum, count) => sum + count, 0),
    'row',
  );
}
