import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { ROOT } from '../../api/client.js';
import { Empty } from '../../components/Empty.js';
import { Icon } from '../../components/Icon.js';
import { Loaded } from '../../components/Loaded.js';
import { PageHead } from '../../components/PageHead.js';
import { queryValue } from '../../state/address.js';
import { now } from '../../state/clock.js';
import { instant } from '../../state/range.js';
import { mayWrite } from '../../state/session.js';
import { counted } from '../../words/numbers.js';
import { when } from '../../words/times.js';
import { NewPreference } from './NewPreference.js';
import { PreferenceTable } from './PreferenceTable.js';
import { usePreferences } from './values.js';
import './preferences.css';

const COMMAND = `curl -X PUT ${ROOT}/api/memory/preferences/ui.theme \\
  -H "X-API-Key: $KEY" -H "Content-Type: application/json" \\
  -d '{ "value": "dark" }'`;

/** What Jarvis keeps in mind, and how to undo it. */
export default function Preferences(): JSX.Element {
  const preferences = usePreferences();
  const [isAdding, setAdding] = useState(false);
  const open = queryValue('key');
  const rows = preferences.data.value;
  const at = instant.value;
  const moment = at === undefined ? 'as they are now' : `as they were ${when(at, now.value)}`;
  return (
    <div class="page preferences">
      <PageHead
        title="Preferences"
        lead={`What Jarvis keeps in mind about you.${rows ? ` ${counted(rows.length, 'key')}, ${moment}.` : ''}`}
      >
        {mayWrite.value && at === undefined && (
          <button type="button" class="button" onClick={() => setAdding(true)}>
            <Icon name="plus" /> New preference
          </button>
        )}
      </PageHead>
      <Loaded of={preferences} failure="The preferences could not be read." rows={8}>
        {(loaded) =>
          loaded.length === 0 && open === undefined ? (
            <Empty
              title={at === undefined ? 'No preferences yet' : 'There were none then'}
              {...(at === undefined && { command: COMMAND })}
            >
              Jarvis notes here what you ask it to remember.
            </Empty>
          ) : (
            <PreferenceTable rows={loaded} open={open} />
          )
        }
      </Loaded>
      {isAdding && (
        <NewPreference keys={new Set(rows?.map(({ key }) => key))} onClose={() => setAdding(false)} />
      )}
    </div>
  );
}
