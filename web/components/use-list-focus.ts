import type { Virtualizer } from '@tanstack/virtual-core';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useShortcut } from '../state/shortcuts.js';
import { indexAfter } from './list-moves.js';
import { indexOfKey, type Key } from './list-place.js';
import type { VirtualListProps } from './VirtualList.js';

/** The row that Tab leads to, which is the one that had the focus last, else the selected one, else the first. */
export function useCurrentRow<Row>({ rows, keyOf, selected }: VirtualListProps<Row>): {
  readonly current: number;
  readonly isEntered: boolean;
  readonly setFocused: (key: Key) => void;
} {
  const [focused, setFocused] = useState<Key | undefined>(undefined);
  const known = indexOfKey(rows, keyOf, focused) ?? indexOfKey(rows, keyOf, selected);
  return { current: known ?? 0, isEntered: known !== undefined, setFocused };
}

/** Moves the focus by keys. @returns what a key that is pressed in the list does. */
export function useListKeys<Row>(
  virtualizer: Virtualizer<HTMLElement, HTMLElement>,
  { current, isEntered, setFocused }: ReturnType<typeof useCurrentRow>,
  { rows, keyOf, rowHeight, onOpen, onMove, onMark, hasShortcuts = false }: VirtualListProps<Row>,
): (event: KeyboardEvent) => void {
  const wantsFocus = useRef(false);
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    const row = virtualizer.scrollElement?.querySelector<HTMLElement>(`[data-index="${current}"]`);
    row?.focus({ preventScroll: true });
    wantsFocus.current = row === undefined;
  });
  const move = (key: string): boolean => {
    const perPage = Math.floor((virtualizer.scrollRect?.height ?? 0) / rowHeight) - 1;
    const to = indexAfter(key, isEntered ? current : -1, rows.length, perPage);
    const row = to === undefined ? undefined : rows[to];
    if (to === undefined || row === undefined) return false;
    wantsFocus.current = true;
    setFocused(keyOf(row));
    virtualizer.scrollToIndex(to);
    onMove?.(row, to);
    return true;
  };
  useShortcut('j', 'Next row', hasShortcuts ? () => void move('ArrowDown') : undefined);
  useShortcut('k', 'Previous row', hasShortcuts ? () => void move('ArrowUp') : undefined);
  const row = isEntered ? rows[current] : undefined;
  // Known before a row is entered, so that a key right after another is heard.
  const mark = (): void => {
    if (row !== undefined) onMark?.(row);
  };
  useShortcut('x', 'Mark the row', onMark && rows.length > 0 ? mark : undefined);
  return (event) => {
    const row = rows[current];
    const isOpening = event.key === 'Enter' || event.key === ' ';
    if (isOpening && row !== undefined) onOpen?.(row, current);
    if (isOpening || move(event.key)) event.preventDefault();
  };
}
