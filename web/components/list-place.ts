import type { Virtualizer } from '@tanstack/virtual-core';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

export type Key = string | number;
export type Keyed<Row> = (row: Row) => Key;

type ListVirtualizer = Virtualizer<HTMLElement, HTMLElement>;

/** The rows that count as near the end, or just outside of what is seen. */
export const OVERSCAN = 12;

/** Where rows came or went above what is seen, the list is scrolled by as much. */
export function useKeptPlace<Row>(
  virtualizer: ListVirtualizer,
  rows: readonly Row[],
  keyOf: Keyed<Row>,
  selected: Key | undefined,
): void {
  useSelectedSeen(virtualizer, indexOfKey(rows, keyOf, selected));
  const seen = useRef<{ readonly key: Key; readonly start: number } | undefined>(undefined);
  useLayoutEffect(() => {
    const { scrollElement } = virtualizer;
    const index = indexOfKey(rows, keyOf, seen.current?.key);
    const start = index === undefined ? undefined : virtualizer.measurementsCache[index]?.start;
    if (!seen.current || start === undefined || !scrollElement || scrollElement.scrollTop === 0) return;
    if (start !== seen.current.start) scrollElement.scrollTop += start - seen.current.start;
  }, [rows]);
  useLayoutEffect(() => {
    const index = virtualizer.range?.startIndex ?? 0;
    const row = rows[index];
    seen.current =
      row === undefined
        ? undefined
        : { key: keyOf(row), start: virtualizer.measurementsCache[index]?.start ?? 0 };
  });
}

/** A row that is selected before the list is there, as by a link, is scrolled to, once. */
function useSelectedSeen(virtualizer: ListVirtualizer, index: number | undefined): void {
  const isDone = useRef(false);
  useLayoutEffect(() => {
    const { range } = virtualizer;
    if (isDone.current || index === undefined || range === null) return;
    isDone.current = true;
    if (index < range.startIndex || index >= range.endIndex)
      virtualizer.scrollToIndex(index, { align: 'center' });
  });
}

/** Tells which row is the first that is seen, and that the last are near. */
export function useNeighbours(
  { range }: ListVirtualizer,
  rows: readonly unknown[],
  onTop?: (index: number) => void,
  onEnd?: () => void,
): void {
  const top = range?.startIndex ?? 0;
  const isNearEnd = rows.length > 0 && (range?.endIndex ?? 0) + OVERSCAN >= rows.length;
  useEffect(() => {
    if (isNearEnd) onEnd?.();
  }, [isNearEnd, rows.length]);
  useEffect(() => {
    onTop?.(top);
  }, [top, rows]);
}

export function indexOfKey<Row>(
  rows: readonly Row[],
  keyOf: Keyed<Row>,
  key: Key | undefined,
): number | undefined {
  if (key === undefined) return undefined;
  const index = rows.findIndex((row) => keyOf(row) === key);
  return index === -1 ? undefined : index;
}
