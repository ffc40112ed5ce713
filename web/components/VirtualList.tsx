import { defaultRangeExtractor } from '@tanstack/virtual-core';
import { useRef } from 'preact/hooks';
import type { ComponentChildren, JSX } from 'preact';
import { OVERSCAN, useKeptPlace, useNeighbours, type Key, type Keyed } from './list-place.js';
import { useCurrentRow, useListKeys } from './use-list-focus.js';
import { useVirtualizer } from './use-virtualizer.js';
import './virtual-list.css';

export interface VirtualListProps<Row> {
  readonly rows: readonly Row[];
  /** What stays the same of a row while others come and go. */
  readonly keyOf: Keyed<Row>;
  readonly children: (row: Row, index: number) => ComponentChildren;
  readonly classOf?: (row: Row) => string | undefined;
  /** What is read aloud of the list: "Events, newest first". */
  readonly label: string;
  /** Height of a row in pixels; a guess where rows are measured. */
  readonly rowHeight: number;
  readonly isMeasured?: boolean;
  readonly selected?: Key | undefined;
  /** A click or Enter. */
  readonly onOpen?: (row: Row, index: number) => void;
  /** The focus moved to a row by a key. */
  readonly onMove?: (row: Row, index: number) => void;
  /** The last rows are near: the next page is wanted. Called again with each page that arrived. */
  readonly onEnd?: () => void;
  /** The first row that is seen has changed. */
  readonly onTop?: (index: number) => void;
  /** `x`, and a click with Ctrl, mark a row. */
  readonly onMark?: (row: Row) => void;
  /** Whether `j` and `k` move in it wherever the focus is; one list of a page may have them. */
  readonly hasShortcuts?: boolean;
  /** What follows the last row. */
  readonly foot?: ComponentChildren;
}

/** A list of any length: only what is near is drawn, and rows that arrive above move nothing that is seen. */
export function VirtualList<Row>(props: VirtualListProps<Row>): JSX.Element {
  const { rows, keyOf, rowHeight, isMeasured = false, onOpen } = props;
  const element = useRef<HTMLDivElement>(null);
  const place = useCurrentRow(props);
  const { current } = place;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => element.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : keyOf(row);
    },
    overscan: OVERSCAN,
    // The row that Tab leads to is always there.
    rangeExtractor: (range) => [...new Set([...defaultRangeExtractor(range), current])],
  });
  const items = virtualizer.getVirtualItems();
  useKeptPlace(virtualizer, rows, keyOf, props.selected);
  useNeighbours(virtualizer, rows, props.onTop, props.onEnd);
  const press = useListKeys(virtualizer, place, props);
  return (
    <div ref={element} class="virtual-list">
      <ol
        role="listbox"
        aria-label={props.label}
        style={{ height: `${virtualizer.getTotalSize()}px` }}
        onKeyDown={press}
      >
        {items.map(({ index, key, start }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <li
              key={key}
              ref={isMeasured ? virtualizer.measureElement : undefined}
              data-index={index}
              class={props.classOf?.(row)}
              role="option"
              aria-selected={props.selected !== undefined && keyOf(row) === props.selected}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              tabIndex={index === current ? 0 : -1}
              style={{
                transform: `translateY(${start}px)`,
                ...(isMeasured ? {} : { height: `${rowHeight}px` }),
              }}
              onFocus={() => {
                place.setFocused(keyOf(row));
              }}
              onClick={(event) => (isMarking(event) ? props.onMark : onOpen)?.(row, index)}
            >
              {props.children(row, index)}
            </li>
          );
        })}
      </ol>
      {props.foot}
    </div>
  );
}

function isMarking({ ctrlKey, metaKey }: MouseEvent): boolean {
  return ctrlKey || metaKey;
}
