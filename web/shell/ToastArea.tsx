import type { JSX } from 'preact';
import { Icon } from '../components/Icon.js';
import { settleToast, toast, undoToast } from '../state/toasts.js';
import { useShortcut } from '../state/shortcuts.js';

export function ToastArea(): JSX.Element {
  const shown = toast.value;
  useShortcut('u', 'Undo', shown?.undo && undoToast);
  return (
    <div class="toasts" role="status">
      {shown && (
        <div class="toast">
          <span>{shown.text}</span>
          {shown.undo && (
            <button type="button" class="button link" onClick={undoToast}>
              Undo <kbd>U</kbd>
            </button>
          )}
          <button type="button" class="button plain square" title="Close" onClick={settleToast}>
            <Icon name="close" />
            <span class="aloud">Close</span>
          </button>
        </div>
      )}
    </div>
  );
}
