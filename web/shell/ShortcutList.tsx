import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { Dialog } from '../components/Dialog.js';
import { areShortcutsOn, shortcuts, switchShortcuts, useShortcut } from '../state/shortcuts.js';

/** All that a key does now, on `?`. */
export function ShortcutList(): JSX.Element | null {
  const isOpen = useSignal(false);
  useShortcut('?', 'Show all keys', () => (isOpen.value = true));
  if (!isOpen.value) return null;
  const byKeys = new Map(shortcuts.value.map(({ keys, label }) => [keys, label]));
  return (
    <Dialog title="Keys" onClose={() => (isOpen.value = false)}>
      <label class="switch">
        <input
          type="checkbox"
          checked={areShortcutsOn.value}
          onChange={({ currentTarget }) => {
            switchShortcuts(currentTarget.checked);
          }}
        />
        <span>Single keys do something</span>
      </label>
      <dl class="key-list">
        {[...byKeys].map(([keys, label]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key.length === 1 ? key.toUpperCase() : key}</kbd>
              ))}
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
