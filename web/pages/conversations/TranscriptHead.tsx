import type { ComponentProps, JSX } from 'preact';
import { Icon } from '../../components/Icon.js';
import { addressOf } from '../../state/address.js';
import { now } from '../../state/clock.js';
import { counted, dollars } from '../../words/numbers.js';
import { clock, dayOf, when } from '../../words/times.js';
import { FindWithin } from './FindWithin.js';
import { sumsOf } from './sums.js';
import { TranscriptMenu } from './TranscriptMenu.js';
import { promptsOf, type MessageRow } from './turns.js';

interface Props {
  readonly sessionId: string;
  readonly messages: readonly MessageRow[];
  readonly isWhole: boolean;
  readonly search: ComponentProps<typeof FindWithin>;
  readonly tools: Pick<ComponentProps<typeof TranscriptMenu>, 'areToolsOpen' | 'onFold'>;
}

export function TranscriptHead({ sessionId, messages, isWhole, search, tools }: Props): JSX.Element {
  const title = titleOf(messages) ?? sessionId;
  return (
    <header class="transcript-head">
      <a class="button plain square back" href={addressOf('conversations')}>
        <Icon name="left" />
        <span class="aloud">All conversations</span>
      </a>
      <div>
        <h2 class="cut" dir="auto" title={sessionId}>
          {title}
        </h2>
        <p class="faint">{aboutOf(messages, isWhole)}</p>
      </div>
      <FindWithin key={sessionId} {...search} />
      <TranscriptMenu sessionId={sessionId} messageCount={isWhole ? messages.length : undefined} {...tools} />
    </header>
  );
}

const TITLE = 200;

/** What it was about: what was asked first. */
function titleOf(messages: readonly MessageRow[]): string | undefined {
  const first = promptsOf(messages)[0] ?? messages[0];
  return first?.content.trim().slice(0, TITLE) || undefined;
}

function aboutOf(messages: readonly MessageRow[], isWhole: boolean): string {
  const [first, last] = [messages[0], messages.at(-1)];
  if (!first || !last) return '';
  const { tokens, cost } = sumsOf(messages);
  const [from, to] = [Date.parse(first.timestamp), Date.parse(last.timestamp)];
  const end = dayOf(from) === dayOf(to) ? clock(to) : when(to, now.value);
  return [
    `${when(from, now.value)} to ${end}`,
    `${counted(messages.length, 'message')}${isWhole ? '' : ' so far'}`,
    tokens > 0 && counted(tokens, 'token'),
    cost > 0 && dollars(cost),
  ]
    .filter(Boolean)
    .join(', ');
}
