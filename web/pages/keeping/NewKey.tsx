import { useState } from 'preact/hooks';
import type { JSX, TargetedSubmitEvent } from 'preact';
import { answerOf, api } from '../../api/client.js';
import { asProblem, type Problem } from '../../api/problems.js';
import type { Schemas } from '../../api/types.js';
import { Dialog } from '../../components/Dialog.js';
import { ProblemBox } from '../../components/ProblemBox.js';
import { serverNow } from '../../state/clock.js';
import { iso } from '../../state/range.js';
import { NewSecret } from './NewSecret.js';
import { RoleChoice, type Role } from './RoleChoice.js';

const DAYS = { never: undefined, '30 days': 30, '90 days': 90, 'a year': 365 } as const;
const DAY_MS = 86_400_000;

interface Props {
  readonly onMade: () => void;
  readonly onClose: () => void;
}

/** Makes a key, and shows its secret this once. */
export function NewKey({ onMade, onClose }: Props): JSX.Element {
  const [made, setMade] = useState<Schemas['NewKeyAnswer'] | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const body = bodyOf(new FormData(event.currentTarget));
    try {
      setMade(await answerOf(api.POST('/api/auth/keys', { body })));
      onMade();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  if (made) return <NewSecret made={made} onClose={onClose} />;
  return (
    <Dialog title="New API key" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          Who uses it
          <span class="field">
            <input
              name="name"
              required
              maxLength={255}
              placeholder="monitor on pve1"
              autocomplete="off"
              autofocus
            />
          </span>
        </label>
        <RoleChoice />
        <label>
          It lives
          <span class="field">
            <select name="lives">
              {Object.keys(DAYS).map((name) => (
                <option key={name} value={name}>
                  {name === 'never' ? 'until it is revoked' : name}
                </option>
              ))}
            </select>
          </span>
        </label>
        {problem && <ProblemBox what="No key was made." problem={problem} />}
        <div class="buttons">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary">
            Make the key
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function bodyOf(form: FormData): Schemas['CreateKeyDto'] {
  const days = DAYS[form.get('lives') as keyof typeof DAYS];
  return {
    name: (form.get('name') as string).trim(),
    role: form.get('role') as Role,
    ...(days !== undefined && { expiresAt: iso(serverNow() + days * DAY_MS) }),
  };
}
