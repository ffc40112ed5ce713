import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { TurnView } from './TurnView.js';
import type { Turn } from './turns.js';

interface Props {
  readonly turns: readonly Turn[];
  readonly sessionId: string;
  readonly find: string;
  readonly wanted: number | undefined;
  readonly areToolsOpen: boolean;
}

/** The turns. One that is as it was is not drawn again: ten thousand of them must not stop the page. */
export function TurnList({ turns, sessionId, find, wanted, areToolsOpen }: Props): JSX.Element {
  const drawn = useRef(new Map<number, { readonly look: string; readonly view: JSX.Element }>());
  const views = turns.map((turn) => {
    const own = holds(turn, wanted) ? wanted : undefined;
    const look = [sessionId, find, own, areToolsOpen, turn.tokens, ...turn.parts.map(lookOf)].join('\n');
    const known = drawn.current.get(turn.id);
    if (known?.look === look) return known.view;
    const view = <TurnView key={turn.id} {...{ turn, sessionId, find, areToolsOpen }} wanted={own} />;
    drawn.current.set(turn.id, { look, view });
    return view;
  });
  return <>{views}</>;
}

/** What of a part can change: whether its result has come. */
function lookOf(part: Turn['parts'][number]): number {
  return part.kind === 'tool' ? (part.result?.id ?? 0) : part.message.id;
}

function holds({ parts }: Turn, id: number | undefined): boolean {
  return id !== undefined && parts.some(({ message }) => message.id === id);
}
