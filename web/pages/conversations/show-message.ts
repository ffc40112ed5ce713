import { useEffect, useRef } from 'preact/hooks';

/** How long what a link leads to has a ring. */
const RING_MS = 2000;
/** When it is looked again whether it is still where it should be. */
const SETTLING_MS = [30, 150, 400, 900];

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
  keepInSight(element);
  if (isRung) {
    // A turn draws nothing outside of itself, so that the ring is its own; that of a tool is within it.
    const ringed = element.matches('details, details *') ? element : (element.closest('.turn') ?? element);
    ringed.classList.add('linked');
    setTimeout(() => ringed.classList.remove('linked'), RING_MS);
  }
  return true;
}

/** Scrolls to an element, and again as what is above it is drawn and has another height, unless one scrolls oneself. */
function keepInSight(element: Element): void {
  const moved = new AbortController();
  const stop = (): void => moved.abort();
  for (const name of ['wheel', 'touchmove', 'keydown', 'pointerdown'])
    addEventListener(name, stop, { signal: moved.signal, passive: true });
  const show = (): void => {
    if (!moved.signal.aborted && element.isConnected) element.scrollIntoView({ block: 'center' });
  };
  show();
  for (const wait of SETTLING_MS) setTimeout(show, wait);
  setTimeout(stop, RING_MS);
}
