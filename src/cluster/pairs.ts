/** A thing before and after; one of the two is missing where it came or went. */
export type Pair<Part> =
  | { readonly before: Part; readonly after: Part }
  | { readonly before: undefined; readonly after: Part }
  | { readonly before: Part; readonly after: undefined };

/** Matches what two lists hold by identity: first what is there after, then what is gone. */
export function pairsOf<Part>(
  before: readonly Part[],
  after: readonly Part[],
  keyOf: (part: Part) => string,
): Pair<Part>[] {
  const old = new Map(before.map((part) => [keyOf(part), part]));
  const pairs: Pair<Part>[] = [];
  for (const part of after) {
    const key = keyOf(part);
    const was = old.get(key);
    pairs.push(was === undefined ? { before: undefined, after: part } : { before: was, after: part });
    old.delete(key);
  }
  for (const gone of old.values()) pairs.push({ before: gone, after: undefined });
  return pairs;
}
