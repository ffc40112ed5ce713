import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { ROOT } from '../../api/client.js';
import { Icon } from '../../components/Icon.js';
import { now } from '../../state/clock.js';
import { instant, iso, span } from '../../state/range.js';
import { rangeOf } from '../../words/times.js';

const ID = 'export-menu';
const KINDS = {
  event: 'Events',
  message: 'Messages',
  snapshot: 'Snapshots',
  preference: 'Preferences',
  preference_change: 'History of preferences',
} as const;
type Kind = keyof typeof KINDS;
const ALL = Object.keys(KINDS) as Kind[];

/** Everything, or some kinds, or the range that is shown, as a file that can be imported again. */
export function ExportMenu(): JSX.Element {
  const [kinds, setKinds] = useState<readonly Kind[]>(ALL);
  const [isRange, setRange] = useState(false);
  const { since, until } = span.value;
  const end = instant.value ?? until;
  const query = new URLSearchParams(kinds.length === ALL.length ? [] : kinds.map((kind) => ['kind', kind]));
  if (isRange) {
    query.set('since', iso(since));
    query.set('until', iso(end));
  }
  return (
    <>
      <button type="button" class="button" popovertarget={ID}>
        <Icon name="download" /> Export
      </button>
      <div id={ID} class="menu export-menu" popover="auto">
        <fieldset>
          <legend>What</legend>
          {ALL.map((kind) => (
            <label key={kind}>
              <input
                type="checkbox"
                checked={kinds.includes(kind)}
                onChange={() => setKinds(ALL.filter((one) => (one === kind) !== kinds.includes(one)))}
              />
              {KINDS[kind]}
            </label>
          ))}
        </fieldset>
        <fieldset>
          <legend>Of which time</legend>
          <label>
            <input type="radio" name="export-time" checked={!isRange} onChange={() => setRange(false)} /> All
          </label>
          <label>
            <input type="radio" name="export-time" checked={isRange} onChange={() => setRange(true)} /> What
            is shown: {rangeOf(since, end, now.value)}
          </label>
        </fieldset>
        {kinds.length > 0 && (
          <a
            class="button primary"
            href={`${ROOT}/api/memory/export?${query.toString()}`}
            download={`jarvis-memory-${iso(now.value).slice(0, 10)}.ndjson`}
            onClick={() => document.getElementById(ID)?.hidePopover()}
          >
            Save the file
          </a>
        )}
        <p class="faint small">
          JSON lines with ids and times; jarvis-memory import reads them back. No passwords, no keys.
        </p>
      </div>
    </>
  );
}
