import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { Glyph } from '../../components/Glyph.js';
import { Icon } from '../../components/Icon.js';
import { Node } from '../../components/Node.js';
import { Time } from '../../components/Time.js';
import { VirtualList } from '../../components/VirtualList.js';
import { open } from '../../state/address.js';
import { now } from '../../state/clock.js';
import { instant } from '../../state/range.js';
import { counted } from '../../words/numbers.js';
import { rangeOf } from '../../words/times.js';
import { entriesWithin, type Entry } from './entries.js';
import type { Timeline } from './use-timeline.js';

/** What happened in the part that is chosen, or in all that is seen. */
export function EntryList({ of }: { of: Timeline }): JSX.Element {
  const shown = of.part ?? of.view;
  const [chosen, setChosen] = useState<'oldest' | 'newest'>();
  const isStory = of.part !== undefined || of.around !== undefined || instant.value !== undefined;
  const order = chosen ?? (isStory ? 'oldest' : 'newest');
  const rows = entriesWithin(of.entries, shown, order);
  const words = rangeOf(shown.since, shown.until, now.value);
  const key = keyOf(of.around, rows);
  return (
    <section class="entries" aria-label="Entries">
      <div class="section-head">
        <h2>{words}</h2>
        <span class="buttons">
          {counted(rows.length, 'entry', 'entries')},{' '}
          <button
            type="button"
            class="button link"
            title="Turn the order round"
            onClick={() => setChosen(order === 'oldest' ? 'newest' : 'oldest')}
          >
            {order} first
          </button>
          {of.part && (
            <button type="button" class="button link" onClick={() => of.choose(undefined)}>
              Show all
            </button>
          )}
        </span>
      </div>
      {rows.length === 0 ? (
        <p class="muted">Nothing happened from {words}.</p>
      ) : (
        <VirtualList
          rows={rows}
          keyOf={(row) => row.key}
          label={`Entries, ${order} first`}
          rowHeight={32}
          selected={key}
          hasShortcuts
          classOf={() => 'entry'}
          onOpen={(row) => open(row.page, row.query)}
        >
          {(row) => <EntryRow of={row} />}
        </VirtualList>
      )}
    </section>
  );
}

/** The row that the page is centred on: `event:12`. */
function keyOf(around: string | undefined, rows: readonly Entry[]): string | undefined {
  if (around === undefined) return undefined;
  const colon = around.indexOf(':');
  const [kind, id] = [around.slice(0, colon), around.slice(colon + 1)];
  const names: Readonly<Record<string, readonly string[]>> = {
    event: ['problem', 'action'],
    resolution: ['resolved'],
    snapshot: ['change'],
  };
  const keys = (names[kind] ?? [kind]).map((name) => `${name} ${id}`);
  return rows.find(({ key }) => keys.some((one) => key === one || key.startsWith(`${one} `)))?.key;
}

function EntryRow({ of }: { of: Entry }): JSX.Element {
  return (
    <>
      <span class="kind">
        <KindGlyph of={of} />
        <span>{of.kind}</span>
      </span>
      <Time at={of.at} />
      <span>{of.node ? <Node name={of.node} /> : null}</span>
      <span class="cut" dir="auto">
        {of.title}
      </span>
      <span class="side muted small">{of.side}</span>
    </>
  );
}

const ICONS = {
  Action: 'tool',
  Message: 'conversations',
  Change: 'moved',
  Preference: 'preferences',
} as const;

function KindGlyph({ of: { kind, severity = 'info' } }: { of: Entry }): JSX.Element {
  if (kind === 'Problem') return <Glyph of={severity} />;
  return kind === 'Resolved' ? <Glyph of="fixed" /> : <Icon name={ICONS[kind]} size={14} />;
}
