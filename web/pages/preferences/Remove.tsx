import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { asProblem } from '../../api/problems.js';
import { Confirm } from '../../components/Confirm.js';
import { isOperator } from '../../state/session.js';
import { showToast } from '../../state/toasts.js';
import { dropDraft } from './drafts.js';
import { restore } from './restore.js';
import { deletePreference } from './values.js';

/** Deletes a preference; it can be taken back, and its history stays. */
export function Remove({ name, value }: { name: string; value: string }): JSX.Element | null {
  const [isAsking, setAsking] = useState(false);
  if (!isOperator.value) return null;
  return (
    <>
      <button type="button" class="button plain danger apart" onClick={() => setAsking(true)}>
        Delete…
      </button>
      {isAsking && (
        <Confirm
          title={`Delete ${name}?`}
          action="Delete this preference"
          onConfirm={() => void remove(name, value)}
          onClose={() => setAsking(false)}
        >
          Jarvis no longer keeps it in mind. Its history stays, and its value can be set again from there.
        </Confirm>
      )}
    </>
  );
}

async function remove(name: string, value: string): Promise<void> {
  try {
    await deletePreference(name);
    dropDraft(name);
    showToast({ text: `${name} is deleted.`, undo: () => void restore(name, value) });
  } catch (error) {
    showToast({ text: `${name} was not deleted. ${asProblem(error).words}` });
  }
}
