import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { answerOf, api } from '../../api/client.js';
import { asProblem } from '../../api/problems.js';
import { Confirm } from '../../components/Confirm.js';
import { Icon } from '../../components/Icon.js';
import { changeQuery } from '../../state/address.js';
import { copyText } from '../../state/copy.js';
import { isOperator } from '../../state/session.js';
import { useShortcut } from '../../state/shortcuts.js';
import { showToast } from '../../state/toasts.js';
import { counted } from '../../words/numbers.js';
import { leaving } from './sessions.js';

const ID = 'transcript-menu';

interface Props {
  readonly sessionId: string;
  /** Undefined while not all of them are known. */
  readonly messageCount: number | undefined;
  readonly areToolsOpen: boolean;
  readonly onFold: () => void;
}

/** What one can do with a conversation. */
export function TranscriptMenu({ sessionId, messageCount, areToolsOpen, onFold }: Props): JSX.Element {
  const [isAsking, setAsking] = useState(false);
  const fold = areToolsOpen ? 'Fold all tool calls' : 'Open all tool calls';
  const stake = messageCount === undefined ? 'all its messages' : counted(messageCount, 'message');
  useShortcut('o', 'Fold or open all tool calls', onFold);
  return (
    <>
      <button type="button" class="button plain square" popovertarget={ID} title="More">
        <Icon name="more" />
        <span class="aloud">More: tool calls, link, delete</span>
      </button>
      <div
        id={ID}
        class="menu transcript-menu"
        popover="auto"
        onClick={({ currentTarget }) => currentTarget.hidePopover()}
      >
        <button type="button" class="button plain" onClick={onFold}>
          <Icon name="tool" /> {fold} <kbd>O</kbd>
        </button>
        <button
          type="button"
          class="button plain"
          onClick={() => void copyText(location.href, 'The link to this conversation is copied.')}
        >
          <Icon name="link" /> Copy the link
        </button>
        {isOperator.value && (
          <button type="button" class="button plain danger" onClick={() => setAsking(true)}>
            <Icon name="close" /> Delete {stake}…
          </button>
        )}
      </div>
      {isAsking && (
        <Confirm
          title="Delete this conversation?"
          action={`Delete ${stake}`}
          onConfirm={() => void deleteSession(sessionId)}
          onClose={() => setAsking(false)}
        >
          <p>
            Jarvis forgets <strong>{stake}</strong> for good: no search finds them any more. What happened
            then, and the preferences that were set, stay.
          </p>
        </Confirm>
      )}
    </>
  );
}

/** Leaves it first, so that nothing asks any more for what is no longer there. */
async function deleteSession(sessionId: string): Promise<void> {
  leaving.value = new Set([...leaving.peek(), sessionId]);
  changeQuery({ session: undefined, message: undefined, find: undefined });
  try {
    await answerOf(api.DELETE('/api/memory/conversations/{sessionId}', { params: { path: { sessionId } } }));
    showToast({ text: 'The conversation is deleted.' });
  } catch (error) {
    leaving.value = new Set([...leaving.peek()].filter((other) => other !== sessionId));
    showToast({ text: `It was not deleted. ${asProblem(error).words}` });
  }
}
