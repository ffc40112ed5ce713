const PERIOD_MS = 60_000;

/** Calls a function at most once a minute, for warnings that a client can trigger at will. */
export function throttle<Args extends unknown[]>(
  act: (...args: Args) => void,
  clock: () => number = () => performance.now(),
): (...args: Args) => void {
  let last = -Infinity;
  return (...args) => {
    if (clock() - last < PERIOD_MS) return;
    last = clock();
    act(...args);
  };
}
