import { useEffect, useRef } from 'preact/hooks';
import type { JSX, TargetedKeyboardEvent } from 'preact';
import type { Endless } from '../../api/endless.js';
import { Empty } from '../../components/Empty.js';
import { MoreRows } from '../../components/MoreRows.js';
import { ProblemBox } from '../../components/ProblemBox.js';
import { Skeleton } from '../../components/Skeleton.js';
import { changeQuery } from '../../state/address.js';
import { chooseInstant, instant } from '../../state/range.js';
import { HitRow } from './HitRow.js';
import { idOf, type Hit, type Kind } from './hits.js';
import { openHit } from './places.js';

/** Where the selected hit is not shown beside the list, to choose one is to open it. */
const WITH_SIDE = matchMedia('(min-width: 1024px)');

interface Props {
  readonly text: string;
  readonly kind: Kind | undefined;
  readonly hits: Endless<Hit>;
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly onKey: (event: TargetedKeyboardEvent<HTMLElement>) => void;
}

export function HitList({ text, kind, hits, selected, onSelect, onKey }: Props): JSX.Element {
  const list = useRef<HTMLOListElement>(null);
  const rows = hits.rows.value;
  const problem = hits.first.problem.value;
  useEffect(() => {
    list.current?.children[selected]?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  if (problem && (problem.status > 0 || !rows))
    return <ProblemBox what="Nothing could be searched." problem={problem} retry={hits.first.reload} />;
  if (!rows) return <Skeleton rows={12} />;
  if (rows.length === 0 && !hits.first.isLoading.value) return <NothingFound text={text} kind={kind} />;
  return (
    <div class="hits">
      <ol
        ref={list}
        id="hits"
        role="listbox"
        aria-label="Hits"
        tabIndex={0}
        aria-activedescendant={rows[selected] && elementOf(rows[selected])}
        onKeyDown={onKey}
      >
        {rows.map((hit, index) => (
          <HitRow
            key={idOf(hit)}
            hit={hit}
            id={elementOf(hit)}
            isSelected={index === selected}
            onSelect={() => (WITH_SIDE.matches ? onSelect(index) : openHit(hit))}
            onOpen={() => openHit(hit)}
          />
        ))}
      </ol>
      <MoreRows of={hits} failure="The next hits could not be read." />
    </div>
  );
}

/** The id of the element of a hit: a key may hold what an id may not. */
export function elementOf(hit: Hit): string {
  return `hit-${encodeURIComponent(idOf(hit))}`;
}

function NothingFound({ text, kind }: { text: string; kind: Kind | undefined }): JSX.Element {
  return (
    <Empty title={`Nothing holds “${text.slice(0, 80)}”`}>
      <p>
        Fewer words find more, and so does the beginning of a name. Snapshots are not searched: see the time
        machine.
      </p>
      <p class="buttons">
        {kind && (
          <button type="button" class="button" onClick={() => changeQuery({ kind: undefined })}>
            Search all kinds
          </button>
        )}
        {instant.value !== undefined && (
          <button type="button" class="button" onClick={() => chooseInstant(undefined)}>
            Search all times
          </button>
        )}
      </p>
    </Empty>
  );
}
