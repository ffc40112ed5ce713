import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX, TargetedKeyboardEvent } from 'preact';
import { Icon } from '../../components/Icon.js';
import { useShortcut } from '../../state/shortcuts.js';

const PAUSE_MS = 200;

interface Props {
  readonly find: string;
  /** How many messages hold it, and which of them one is at, from 0. */
  readonly hits: number;
  readonly at: number;
  readonly onFind: (text: string) => void;
  readonly onMove: (by: number) => void;
}

/** Searches within what is shown; Enter leads to the next, Shift and Enter to the one before. */
export function FindWithin({ find, hits, at, onFind, onMove }: Props): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(find);
  useShortcut('f', 'Search in this conversation', () => field.current?.focus());
  useEffect(() => {
    const timer = setTimeout(() => onFind(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const press = (event: TargetedKeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Escape') {
      setTyped('');
      field.current?.blur();
    }
    if (event.key === 'Enter') onMove(event.shiftKey ? -1 : 1);
  };
  return (
    <search class="find">
      <label class="field">
        <Icon name="search" />
        <input
          ref={field}
          value={typed}
          placeholder="Search in it"
          aria-label="Search in this conversation"
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          onKeyDown={press}
        />
        {find !== '' && (
          <span class="small" role="status">
            {hits === 0 ? 'none' : `${at + 1} of ${hits}`}
          </span>
        )}
      </label>
      {hits > 0 && (
        <>
          <button
            type="button"
            class="button plain square"
            title="Previous (Shift and Enter)"
            onClick={() => onMove(-1)}
          >
            <Icon name="up" />
            <span class="aloud">Previous</span>
          </button>
          <button type="button" class="button plain square" title="Next (Enter)" onClick={() => onMove(1)}>
            <Icon name="down" />
            <span class="aloud">Next</span>
          </button>
        </>
      )}
    </search>
  );
}
