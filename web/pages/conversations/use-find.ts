import { useEffect, useMemo, useState } from 'preact/hooks';
import { changeQuery, queryValue } from '../../state/address.js';
import { showMessage } from './show-message.js';
import { messagesWith, type MessageRow } from './turns.js';

export interface Find {
  readonly find: string;
  readonly hits: number;
  readonly at: number;
  /** The message that one is at. */
  readonly wanted: number | undefined;
  readonly onFind: (text: string) => void;
  readonly onMove: (by: number) => void;
}

/** The search within a conversation: what is searched for is in the address, so that a link carries it. */
export function useFind(messages: readonly MessageRow[] | undefined): Find {
  const find = queryValue('find') ?? '';
  const [moved, setMoved] = useState({ find, at: 0 });
  // Another text begins with its first hit, before it is drawn.
  if (moved.find !== find) setMoved({ find, at: 0 });
  const { at } = moved;
  const hits = useMemo(() => messagesWith(messages ?? [], find), [messages, find]);
  const wanted = hits[at]?.id;
  useEffect(() => {
    if (wanted !== undefined) showMessage(wanted, false);
  }, [wanted, find]);
  return {
    find,
    hits: hits.length,
    at,
    wanted,
    onFind: (text) => changeQuery({ find: text === '' ? undefined : text }),
    onMove: (by) => setMoved({ find, at: (at + by + hits.length) % Math.max(1, hits.length) }),
  };
}
