/** The service writes what happened within a tenth of a second at once: it is drawn at once as well. */
const TOGETHER_MS = 20;

/** @returns what hears one thing, and tells it with those that follow at once, in their order. */
export function gathering<T>(tellAll: (all: readonly T[]) => void): (one: T) => void {
  let gathered: T[] = [];
  const flush = (): void => {
    const all = gathered;
    gathered = [];
    tellAll(all);
  };
  return (one) => {
    if (gathered.push(one) === 1) setTimeout(flush, TOGETHER_MS);
  };
}
