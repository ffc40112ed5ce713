const PERIOD_MS = 60_000;

/** Calls on at most once a minute, for warnings about what a client can bring about as often as it likes. */
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
