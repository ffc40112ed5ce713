import { useEffect, useRef } from 'preact/hooks';
import type { JSX, TargetedKeyboardEvent } from 'preact';
import { moveFocus } from '../../components/move-focus.js';
import { useShortcut } from '../../state/shortcuts.js';
import { DeletedRow } from './DeletedRow.js';
import { PreferenceRow } from './PreferenceRow.js';
import type { Preference } from './values.js';

interface Props {
  readonly rows: readonly Preference[];
  /** The key that is open; it may be one that was deleted. */
  readonly open: string | undefined;
}

export function PreferenceTable({ rows, open }: Props): JSX.Element {
  const table = useRef<HTMLTableElement>(null);
  useShortcut('j', 'Next preference', () => moveFocus(table.current, 1));
  useShortcut('k', 'Preference before', () => moveFocus(table.current, -1));
  useEffect(() => {
    table.current?.querySelector('.open')?.scrollIntoView({ block: 'nearest' });
  }, [open]);
  const press = (event: TargetedKeyboardEvent<HTMLTableElement>): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined || event.target instanceof HTMLTextAreaElement) return;
    event.preventDefault();
    moveFocus(table.current, by);
  };
  const isMissing = open !== undefined && !rows.some(({ key }) => key === open);
  // One that was deleted stays where it was, so that nothing jumps.
  const following = isMissing ? rows.findIndex(({ key }) => key > open) : -1;
  const place = following < 0 ? rows.length : following;
  return (
    <table ref={table} class="preferences-table" onKeyDown={press}>
      <thead>
        <tr>
          <th>Key</th>
          <th>Value</th>
          <th class="when">Last set</th>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, place).map((row) => (
          <PreferenceRow key={row.key} of={row} isOpen={row.key === open} />
        ))}
        {isMissing && <DeletedRow key={open} name={open} />}
        {rows.slice(place).map((row) => (
          <PreferenceRow key={row.key} of={row} isOpen={row.key === open} />
        ))}
      </tbody>
    </table>
  );
}
