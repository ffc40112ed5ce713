import type { ComponentChildren, JSX } from 'preact';
import { Dialog } from './Dialog.js';

interface Props {
  readonly title: string;
  /** What the button does, as a verb: "Delete 31 messages". */
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, action, onConfirm, onClose, children }: Props): JSX.Element {
  const confirm = (): void => {
    onConfirm();
    onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="muted">{children}</div>
      <div class="buttons">
        <button type="button" class="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="button danger" onClick={confirm}>
          {action}
        </button>
      </div>
    </Dialog>
  );
}
