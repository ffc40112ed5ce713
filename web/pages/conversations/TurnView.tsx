import type { JSX } from 'preact';
import { Icon } from '../../components/Icon.js';
import { Time } from '../../components/Time.js';
import { addressOf } from '../../state/address.js';
import { copyText } from '../../state/copy.js';
import { counted } from '../../words/numbers.js';
import { Prose } from './Prose.js';
import { ToolCall } from './ToolCall.js';
import type { Turn } from './turns.js';

const SPEAKERS: Readonly<Record<string, string>> = {
  user: 'You',
  assistant: 'Jarvis',
  system: 'Instruction',
  tool: 'Tool',
};

interface Props {
  readonly turn: Turn;
  readonly sessionId: string;
  readonly find: string;
  /** The message that the search within is at. */
  readonly wanted: number | undefined;
  readonly areToolsOpen: boolean;
}

/** What one side did before the other spoke. */
export function TurnView({ turn, sessionId, find, wanted, areToolsOpen }: Props): JSX.Element {
  const about = [turn.model, turn.tokens > 0 && counted(turn.tokens, 'token')].filter(Boolean).join(', ');
  const copyLink = (): void => {
    const link = addressOf('conversations', { session: sessionId, message: String(turn.id) });
    void copyText(new URL(link, location.href).href, 'The link to this message is copied.');
  };
  return (
    <article id={`turn-${turn.id}`} class={`turn ${turn.role}`} data-turn={turn.id}>
      <header>
        <h3>{SPEAKERS[turn.role] ?? turn.role}</h3>
        <Time at={turn.at} as="clock" />
        <span class="faint">{about}</span>
        <button
          type="button"
          class="button plain square shown-on-hover"
          title="Copy the link"
          onClick={copyLink}
        >
          <Icon name="link" />
          <span class="aloud">Copy the link to this message</span>
        </button>
      </header>
      {turn.parts.map((part) =>
        part.kind === 'tool' ? (
          <ToolCall
            key={`${part.message.id} ${part.id ?? ''}`}
            part={part}
            areOpen={areToolsOpen}
            find={find}
          />
        ) : (
          <div key={part.message.id} id={`message-${part.message.id}`} class="said">
            <Prose text={part.message.content} find={find} isWanted={wanted === part.message.id} />
          </div>
        ),
      )}
    </article>
  );
}
