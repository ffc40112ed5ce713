import { useEffect } from 'preact/hooks';
import type { Resource } from './resource.js';

const AGAIN_MS = 4000;

/** Asks again every few seconds, while what was answered is not whole yet. */
export function useAgain<T>(of: Resource<T>, isPartial: boolean): void {
  const answer = of.data.value;
  useEffect(() => {
    if (!isPartial) return undefined;
    const timer = setTimeout(of.reload, AGAIN_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [answer, isPartial]);
}
