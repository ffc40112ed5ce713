import { useState } from 'preact/hooks';
import { asProblem, type Problem } from '../../api/problems.js';
import { showToast } from '../../state/toasts.js';
import { draft, drafts, dropDraft } from './drafts.js';
import { restore } from './restore.js';
import { setPreference } from './values.js';

export interface Editing {
  readonly text: string;
  /** Whether somebody else has set it while one typed. */
  readonly hasMoved: boolean;
  readonly isBusy: boolean;
  readonly problem: Problem | undefined;
  readonly write: (text: string) => void;
  readonly save: () => Promise<void>;
  /** Drops what was typed. */
  readonly leave: () => void;
}

/** A value that is edited: what is typed stays until it is saved or left. */
export function useEditing(name: string, value: string | undefined, onClose: () => void): Editing {
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const written = drafts.value[name];
  const text = written?.text ?? value ?? '';
  const leave = (): void => {
    dropDraft(name);
    onClose();
  };
  const save = async (): Promise<void> => {
    if (text === value) {
      leave();
      return;
    }
    setBusy(true);
    try {
      await setPreference(name, text);
      dropDraft(name);
      setProblem(undefined);
      const undo = value === undefined ? {} : { undo: () => void restore(name, value) };
      showToast({ text: `${name} is set.`, ...undo });
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return {
    text,
    hasMoved: written !== undefined && written.basedOn !== value && written.text !== value,
    isBusy,
    problem,
    write: (typed) => draft(name, typed, written ? written.basedOn : value),
    save,
    leave,
  };
}
