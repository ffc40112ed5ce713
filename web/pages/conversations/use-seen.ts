import { useEffect, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

/** Drawn before it comes into sight, by about a screen. */
const MARGIN = '900px 0px';
const waiting = new WeakMap<Element, () => void>();
let observer: IntersectionObserver | undefined;

/** Whether an element is, or was, near to what is seen: what is far away need not be drawn. */
export function useSeen(element: RefObject<Element | null>): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const target = element.current;
    if (isSeen || !target) return undefined;
    observer ??= new IntersectionObserver(noteSeen, { rootMargin: MARGIN });
    waiting.set(target, () => setSeen(true));
    observer.observe(target);
    return () => observer?.unobserve(target);
  }, [isSeen]);
  return isSeen;
}

function noteSeen(entries: readonly IntersectionObserverEntry[]): void {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    observer?.unobserve(target);
    waiting.get(target)?.();
  }
}
