import { showToast } from './toasts.js';

/** Copies a text, and says so. Over plain HTTP from another machine a browser has no clipboard but by a selection. */
export async function copyText(text: string, said: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copySelected(text);
  }
  showToast({ text: said });
}

function copySelected(text: string): void {
  const field = document.createElement('textarea');
  field.value = text;
  // A dialog makes everything outside of it inert.
  (document.querySelector('dialog[open]') ?? document.body).append(field);
  field.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way without a secure context
  document.execCommand('copy');
  field.remove();
}
