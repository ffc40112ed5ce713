import type { JSX } from 'preact';
import type { Schemas } from '../../api/types.js';
import { Dialog } from '../../components/Dialog.js';
import { Icon } from '../../components/Icon.js';
import { copyText } from '../../state/copy.js';

interface Props {
  readonly made: Schemas['NewKeyAnswer'];
  readonly onClose: () => void;
}

/** The secret of a new key: only this answer of the service ever holds it. */
export function NewSecret({ made: { key, secret }, onClose }: Props): JSX.Element {
  return (
    <Dialog title={`The key of ${key.name}`} onClose={onClose}>
      <p class="muted">Copy it now: it is shown this once, and nobody can find it out later.</p>
      <p class="secret">
        <code>{secret}</code>
        <button
          type="button"
          class="button"
          onClick={() => void copyText(secret, 'The key is copied.')}
          autofocus
        >
          <Icon name="copy" /> Copy
        </button>
      </p>
      <p class="muted">
        Send it as <code>X-API-Key</code>, or as a bearer token. Its role is {key.role}.
      </p>
      <div class="buttons">
        <button type="button" class="button primary" onClick={onClose}>
          I have it
        </button>
      </div>
    </Dialog>
  );
}
