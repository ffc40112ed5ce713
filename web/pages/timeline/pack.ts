/** What has a beginning and an end on a line of pixels. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

export interface Packed<Item> {
  readonly item: Item;
  readonly row: number;
  /** How much room there is from its beginning to the next of its row. */
  readonly room: number;
}

/** Several that would lie over one another, as one. */
export interface Merged<Item> extends Extent {
  readonly items: readonly Item[];
}

/**
 * Lays items in rows, so that none overlap: in the order given, each in the first row with room. Those for which no row has
 * room are merged where they overlap.
 */
export function packBars<Item>(
  items: readonly Item[],
  extentOf: (item: Item) => Extent,
  mostRows: number,
  width: number,
): {
  readonly packed: readonly Packed<Item>[];
  readonly merged: readonly Merged<Item>[];
  readonly rows: number;
} {
  const rows: { extent: Extent; item: Item }[][] = [];
  const left: Item[] = [];
  for (const item of items) {
    const extent = extentOf(item);
    const free = rows.find((row) => row.every((other) => !overlap(other.extent, extent)));
    if (free) free.push({ extent, item });
    else if (rows.length < mostRows) rows.push([{ extent, item }]);
    else left.push(item);
  }
  const packed = rows.flatMap((row, index) => {
    const sorted = row.sort((one, other) => one.extent.from - other.extent.from);
    return sorted.map(({ extent, item }, place) => ({
      item,
      row: index,
      room: (sorted[place + 1]?.extent.from ?? width) - extent.from,
    }));
  });
  const merged = mergeMarks(left, extentOf, 0, Infinity);
  return { packed, merged, rows: rows.length + (merged.length > 0 ? 1 : 0) };
}

/** Merges marks that are nearer than `distance` to one another, up to a width. */
export function mergeMarks<Item>(
  items: readonly Item[],
  extentOf: (item: Item) => Extent,
  distance: number,
  mostWidth: number,
): Merged<Item>[] {
  const merged: { from: number; to: number; items: Item[] }[] = [];
  const sorted = items
    .map((item) => ({ item, ...extentOf(item) }))
    .sort((one, other) => one.from - other.from);
  for (const { item, from, to } of sorted) {
    const last = merged.at(-1);
    if (last && from < last.to + distance && to - last.from <= mostWidth) {
      last.items.push(item);
      last.to = Math.max(last.to, to);
    } else merged.push({ from, to, items: [item] });
  }
  return merged;
}

function overlap(one: Extent, other: Extent): boolean {
  return one.from < other.to && other.from < one.to;
}
