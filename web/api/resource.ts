import { useEffect, useRef } from 'preact/hooks';
import { batch, useSignal, type ReadonlySignal } from '@preact/signals';
import { reconnects } from '../state/connection.js';
import { asProblem, type Problem } from './problems.js';

/** What is shown of something that is loaded; what was loaded before stays until the next has come. */
export interface Resource<T> {
  readonly data: ReadonlySignal<T | undefined>;
  readonly problem: ReadonlySignal<Problem | undefined>;
  readonly isLoading: ReadonlySignal<boolean>;
  /** Asks again: for "try again", and after something was changed. */
  readonly reload: () => void;
}

/**
 * Loads as the component appears, whenever one of `keys` changes, and again when the service is back after it was away.
 * An answer that comes late is dropped.
 * @param load undefined where there is nothing to ask for.
 */
export function useResource<T>(
  load: ((signal: AbortSignal) => Promise<T>) | undefined,
  keys: readonly unknown[],
): Resource<T> {
  const data = useSignal<T | undefined>(undefined);
  const problem = useSignal<Problem | undefined>(undefined);
  const isLoading = useSignal(load !== undefined);
  const times = useSignal(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    const asked = latest.current;
    if (asked === undefined) return undefined;
    const abort = new AbortController();
    isLoading.value = true;
    const settle = (set: () => void): void => {
      if (abort.signal.aborted) return;
      batch(() => {
        set();
        isLoading.value = false;
      });
    };
    asked(abort.signal).then(
      (loaded) => {
        settle(() => {
          data.value = loaded;
          problem.value = undefined;
        });
      },
      (error: unknown) => {
        settle(() => {
          problem.value = asProblem(error);
        });
      },
    );
    return () => {
      abort.abort();
    };
  }, [...keys, times.value, reconnects.value]);
  return { data, problem, isLoading, reload: () => void (times.value += 1) };
}
