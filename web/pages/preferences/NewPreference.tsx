import { useState } from 'preact/hooks';
import type { JSX, TargetedSubmitEvent } from 'preact';
import { asProblem, type Problem } from '../../api/problems.js';
import { Dialog } from '../../components/Dialog.js';
import { ProblemBox } from '../../components/ProblemBox.js';
import { changeQuery } from '../../state/address.js';
import { showToast } from '../../state/toasts.js';
import { setPreference } from './values.js';

interface Props {
  /** The keys that there are: an existing one is opened, not overwritten. */
  readonly keys: ReadonlySet<string>;
  readonly onClose: () => void;
}

/** Adds a preference. */
export function NewPreference({ keys, onClose }: Props): JSX.Element {
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const [name, setName] = useState('');
  const isKnown = keys.has(name.trim());
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const value = new FormData(event.currentTarget).get('value') as string;
    try {
      if (!isKnown) {
        // A form sends line ends as CR LF; what was typed has LF alone.
        await setPreference(name.trim(), value.replaceAll('\r\n', '\n'));
        showToast({ text: `${name.trim()} is set.` });
      }
      changeQuery({ key: name.trim() });
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <Dialog title="New preference" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <KeyField name={name} onName={setName} />
        {isKnown ? (
          <p class="muted" role="status">
            There is one of this name already.
          </p>
        ) : (
          <label>
            Value
            <span class="field tall">
              <textarea
                class="code"
                name="value"
                rows={3}
                spellcheck={false}
                placeholder="a text, a number, or JSON"
              />
            </span>
          </label>
        )}
        {problem && <ProblemBox what="It was not set." problem={problem} />}
        <div class="buttons">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary">
            {isKnown ? 'Open it' : 'Set it'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function KeyField({ name, onName }: { name: string; onName: (name: string) => void }): JSX.Element {
  return (
    <label>
      Key
      <span class="field">
        <input
          class="code"
          value={name}
          required
          maxLength={255}
          placeholder="alerts.pbs.warnAt"
          autocomplete="off"
          spellcheck={false}
          autofocus
          onInput={({ currentTarget }) => onName(currentTarget.value)}
        />
      </span>
    </label>
  );
}
