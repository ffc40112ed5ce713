import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';

const STORED = 'jarvis-shortcuts';
const SEQUENCE_MS = 1500;

export interface Shortcut {
  /** A key as `KeyboardEvent.key` says it, or two after one another: `g n`. */
  readonly keys: string;
  readonly label: string;
  readonly run: (event: KeyboardEvent) => void;
}

/** Whether keys without Ctrl do something; who uses a voice or another input may switch them off. */
export const areShortcutsOn = signal(localStorage.getItem(STORED) !== 'off');

/** What is shown and can be pressed now; the last that was added wins. */
export const shortcuts = signal<readonly Shortcut[]>([]);

export function switchShortcuts(on: boolean): void {
  areShortcutsOn.value = on;
  localStorage.setItem(STORED, on ? 'on' : 'off');
}

/** A shortcut while the component is shown. @param run undefined while it can do nothing. */
export function useShortcut(
  keys: string,
  label: string,
  run: ((event: KeyboardEvent) => void) | undefined,
): void {
  const latest = useRef(run);
  latest.current = run;
  const isActive = run !== undefined;
  // A passive effect runs only after the next frame: until then a key that is shown would do nothing.
  useLayoutEffect(() => {
    if (!isActive) return undefined;
    const one = { keys, label, run: (event: KeyboardEvent) => latest.current?.(event) };
    shortcuts.value = [...shortcuts.peek(), one];
    return () => {
      shortcuts.value = shortcuts.peek().filter((other) => other !== one);
    };
  }, [keys, label, isActive]);
}

let prefix: { key: string; at: number } | undefined;

addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
    return;
  if (!areShortcutsOn.peek()) return;
  const pair =
    prefix !== undefined && event.timeStamp - prefix.at < SEQUENCE_MS ? `${prefix.key} ${event.key}` : '';
  const pressed = (keys: string): Shortcut | undefined =>
    shortcuts.peek().findLast((one) => one.keys === keys);
  // `g c` opens the conversations, also where `c` alone copies a link.
  const found = pressed(pair) ?? pressed(event.key);
  prefix = { key: event.key, at: event.timeStamp };
  if (!found) return;
  event.preventDefault();
  found.run(event);
});

/** In a field, keys are text; in an open dialog, they are its own. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('input, textarea, select, [contenteditable], dialog') !== null
  );
}
