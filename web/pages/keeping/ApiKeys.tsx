import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { answerOf, api } from '../../api/client.js';
import { asProblem } from '../../api/problems.js';
import { useResource } from '../../api/resource.js';
import type { Schemas } from '../../api/types.js';
import { Confirm } from '../../components/Confirm.js';
import { Icon } from '../../components/Icon.js';
import { Loaded } from '../../components/Loaded.js';
import { Section } from '../../components/Section.js';
import { showToast } from '../../state/toasts.js';
import { KeyRow } from './KeyRow.js';
import { NewKey } from './NewKey.js';

type Key = Schemas['KeyDto'];

/** Who may use the memory by a key. */
export function ApiKeys(): JSX.Element {
  const keys = useResource(
    async (signal) => (await answerOf(api.GET('/api/auth/keys', { signal }))).keys,
    [],
  );
  const [isMaking, setMaking] = useState(false);
  const [revoked, setRevoked] = useState<Key | undefined>(undefined);
  const revoke = async ({ id, name }: Key): Promise<void> => {
    try {
      await answerOf(api.DELETE('/api/auth/keys/{id}', { params: { path: { id } } }));
      showToast({ text: `The key of ${name} is revoked.` });
    } catch (error) {
      showToast({ text: `The key was not revoked. ${asProblem(error).words}` });
    }
    keys.reload();
  };
  return (
    <Section
      title="API keys"
      side={
        <button type="button" class="button link" onClick={() => setMaking(true)}>
          <Icon name="plus" size={14} /> New key
        </button>
      }
    >
      <Loaded of={keys} failure="The keys could not be read." rows={4}>
        {(rows) => (
          <ul class="api-keys">
            {rows.length === 0 && (
              <li class="muted">None yet. A monitor, a chat pipeline or a dashboard gets one of its own.</li>
            )}
            {rows.map((key) => (
              <KeyRow key={key.id} of={key} onRevoke={() => setRevoked(key)} />
            ))}
          </ul>
        )}
      </Loaded>
      {isMaking && <NewKey onMade={keys.reload} onClose={() => setMaking(false)} />}
      {revoked && (
        <Confirm
          title={`Revoke the key of ${revoked.name}?`}
          action="Revoke this key"
          onConfirm={() => void revoke(revoked)}
          onClose={() => setRevoked(undefined)}
        >
          Whoever uses it is refused from then on, within a second. It cannot be taken back; a new key has
          another secret.
        </Confirm>
      )}
    </Section>
  );
}
