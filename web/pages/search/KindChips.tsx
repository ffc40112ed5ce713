import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { changeQuery } from '../../state/address.js';
import { KINDS, type Hit, type Kind } from './hits.js';

const WORDS = { event: 'Events', message: 'Messages', preference: 'Preferences' } as const;

interface Props {
  /** What was searched for; the counts are of it. */
  readonly text: string;
  readonly kind: Kind | undefined;
  /** Undefined until there is an answer, about which nothing can be said. */
  readonly rows: readonly Hit[] | undefined;
  readonly hasMore: boolean;
}

/** The kinds with how many hits each has; the counts of all stay while only one kind is shown. */
export function KindChips({ text, kind, rows, hasMore }: Props): JSX.Element {
  const ofAll = useRef<{ text: string; rows: readonly Hit[]; hasMore: boolean } | undefined>(undefined);
  if (kind === undefined && rows) ofAll.current = { text, rows, hasMore };
  const all = ofAll.current?.text === text ? ofAll.current : undefined;
  const countOf = (name: Kind | undefined): string => {
    const from = kind === name ? rows && { rows, hasMore } : all;
    if (!from) return '';
    const count = from.rows.filter((hit) => name === undefined || hit.kind === name).length;
    // None among the best says nothing of how many follow.
    if (from.hasMore && count === 0) return '';
    return `${count}${from.hasMore ? '+' : ''}`;
  };
  return (
    <div class="chips" role="group" aria-label="Kinds">
      {[undefined, ...KINDS].map((name) => (
        <button
          key={name ?? 'all'}
          type="button"
          class="chip"
          aria-pressed={kind === name}
          onClick={() => changeQuery({ kind: name })}
        >
          {name ? WORDS[name] : 'All'} <strong>{text !== '' && countOf(name)}</strong>
        </button>
      ))}
    </div>
  );
}
