import { useEffect, useState } from 'preact/hooks';
import type { JSX, TargetedKeyboardEvent } from 'preact';
import { queryValue } from '../../state/address.js';
import { chooseInstant } from '../../state/range.js';
import { counted } from '../../words/numbers.js';
import { elementOf, HitList } from './HitList.js';
import { about, KINDS, useHits, type Hit } from './hits.js';
import { HitSide } from './HitSide.js';
import { KindChips } from './KindChips.js';
import { openHit } from './places.js';
import { remember } from './recent.js';
import { SearchField } from './SearchField.js';
import { Start } from './Start.js';
import { useTyped } from './use-typed.js';
import './search.css';

const NONE: readonly Hit[] = [];

/** From two words to the right moment. */
export default function Search(): JSX.Element {
  const { typed, text, type } = useTyped();
  const kind = KINDS.find((one) => one === queryValue('kind'));
  const hits = useHits(text, kind);
  const shown = `${kind ?? 'all'} ${text}`;
  const [choice, setChoice] = useState({ shown, index: 0 });
  // Another search begins with its first hit, before it is drawn.
  if (choice.shown !== shown) setChoice({ shown, index: 0 });
  const selected = choice.index;
  const select = (index: number): void => setChoice({ shown, index });
  const found = text === '' ? undefined : hits.rows.value;
  const rows = found ?? NONE;
  const hit = rows[selected];
  useEffect(() => {
    document.title = `${text === '' ? 'Search' : text} · Jarvis memory`;
  }, [text]);
  const press = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined) select(Math.max(0, Math.min(rows.length - 1, selected + by)));
    else if (event.key === 'Escape') type('');
    else if (event.key === 'Enter' && hit) choose(hit, text, event.ctrlKey || event.metaKey);
    else return;
    event.preventDefault();
  };
  return (
    <div class="page search">
      <h1 class="aloud">Search</h1>
      <SearchField text={typed} active={hit && elementOf(hit)} onType={type} onKey={press} />
      <div class="kinds">
        <KindChips text={text} kind={kind} rows={found} hasMore={hits.next.value !== null} />
        {found && <Summary rows={found} hasMore={hits.next.value !== null} />}
      </div>
      {text === '' ? (
        <Start onChoose={type} />
      ) : (
        <div class="two">
          <HitList {...{ text, kind, hits, selected }} onSelect={select} onKey={press} />
          {hit && <HitSide hit={hit} />}
        </div>
      )}
    </div>
  );
}

/** Opens a hit on its page, or, with Ctrl, moves all pages to its moment. */
function choose(hit: Hit, text: string, isForTime: boolean): void {
  remember(text);
  if (isForTime) chooseInstant(Date.parse(hit.timestamp), 'push');
  openHit(hit);
}

function Summary({ rows, hasMore }: { rows: readonly Hit[]; hasMore: boolean }): JSX.Element {
  const { searched, correctedTo } = about.value ?? {};
  const order = searched?.order === 'recency' ? 'newest first' : 'best first';
  return (
    <p class="faint small" role="status">
      {correctedTo !== undefined && `Searched for “${correctedTo}”. `}
      {hasMore ? `${rows.length} hits and more` : counted(rows.length, 'hit')}
      {searched && ` in ${counted(searched.rows, 'row')}`}, {order}
    </p>
  );
}
