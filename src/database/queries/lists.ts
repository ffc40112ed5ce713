/** The placeholders of so many values: `?, ?, ?`. */
export function placesOf(values: ArrayLike<unknown>): string {
  return Array<string>(values.length).fill('?').join(', ');
}

/** The placeholders of so many pairs of whole numbers, as rows of VALUES: `(?, ?), (?, ?)`, with their types. */
export function pairPlacesOf(pairs: ArrayLike<unknown>): string {
  return Array<string>(pairs.length).fill('(CAST(? AS bigint), CAST(? AS bigint))').join(', ');
}

/** A list in parts of at most `size`, in order. */
export function chunksOf<Item>(list: readonly Item[], size: number): Item[][] {
  const chunks: Item[][] = [];
  for (let first = 0; first < list.length; first += size) chunks.push(list.slice(first, first + size));
  return chunks;
}
