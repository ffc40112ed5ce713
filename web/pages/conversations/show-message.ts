import { useEffect, useRef } from 'preact/hooks';

/** How long what a link leads to has a ring. */
const RING_MS = 2000;

/**
 * Scrolls to a message once it is there, opens what hides it, and rings it for a moment.
 * @param id from the address; undefined for none. @param count how many messages are there by now.
 */
export function useMessageInSight(id: number | undefined, count: number): void {
  const shown = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (id === undefined) shown.current = undefined;
    if (id === undefined || shown.current === id || count === 0) return;
    if (showMessage(id)) shown.current = id;
  }, [id, count]);
}

/** @returns whether it is there. */
export function showMessage(id: number, isRung = true): boolean {
  const element = document.getElementById(`message-${id}`) ?? document.getElementById(`turn-${id}`);
  if (!element) return false;
  const details = element.closest('details');
  if (details && details !== element) details.open = true;
  element.scrollIntoView({ block: 'center' });
  // What is drawn only now has another height than was reserved for it.
  requestAnimationFrame(() => requestAnimationFrame(() => element.scrollIntoView({ block: 'center' })));
  if (isRung) {
    element.classList.add('linked');
    setTimeout(() => element.classList.remove('linked'), RING_MS);
  }
  return true;
}
