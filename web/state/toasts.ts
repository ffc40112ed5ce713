import { signal } from '@preact/signals';

const LIFETIME_MS = 5000;

export interface Toast {
  readonly text: string;
  /** Taken back with `U` or the button; without it, the toast only tells. */
  readonly undo?: () => void;
  /** What follows where it was not taken back: at the end of the toast, or at once where the page goes away. */
  readonly commit?: () => void;
}

/** The one toast that is shown. */
export const toast = signal<Toast | undefined>(undefined);

let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows a toast for five seconds; one that is still shown is committed first. */
export function showToast(next: Toast): void {
  settleToast();
  toast.value = next;
  timer = setTimeout(settleToast, LIFETIME_MS);
}

/** Ends the toast, and does what it announced. */
export function settleToast(): void {
  clearTimeout(timer);
  const last = toast.peek();
  toast.value = undefined;
  last?.commit?.();
}

/** Ends the toast, and takes back what it announced. */
export function undoToast(): void {
  clearTimeout(timer);
  const last = toast.peek();
  toast.value = undefined;
  last?.undo?.();
}

addEventListener('pagehide', settleToast);
