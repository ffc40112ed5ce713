import { useEffect, useMemo, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { Time } from '../../components/Time.js';
import { addressOf } from '../../state/address.js';
import { count, dollars } from '../../words/numbers.js';
import { sumsOf } from './sums.js';
import { Touched } from './Touched.js';
import { promptsOf, turnsOfPrompt, type MessageRow, type Turn } from './turns.js';

interface Props {
  readonly messages: readonly MessageRow[];
  readonly turns: readonly Turn[];
  readonly sessionId: string;
}

/** What was asked, to jump by, and what it took. */
export function Outline({ messages, turns, sessionId }: Props): JSX.Element {
  const prompts = useMemo(() => promptsOf(messages), [messages]);
  const links = useMemo(
    () => prompts.map((prompt) => <PromptLink key={prompt.id} of={prompt} sessionId={sessionId} />),
    [prompts, sessionId],
  );
  const current = useCurrentPrompt(turns);
  useEffect(() => {
    const link = current === undefined ? null : document.getElementById(`prompt-${current}`);
    link?.setAttribute('aria-current', 'location');
    link?.scrollIntoView({ block: 'nearest' });
    return () => link?.removeAttribute('aria-current');
  }, [current, links]);
  return (
    <nav class="outline" aria-label="Prompts">
      <h3>Prompts</h3>
      {prompts.length === 0 && <p class="faint">None: nobody asked.</p>}
      <ol>{links}</ol>
      <Touched turns={turns} ofPrompt={turnsOfPrompt(turns, current)} />
      <Sums messages={messages} turns={turns} />
    </nav>
  );
}

function PromptLink({ of, sessionId }: { of: MessageRow; sessionId: string }): JSX.Element {
  const { id, content, timestamp } = of;
  return (
    <li>
      <a id={`prompt-${id}`} href={addressOf('conversations', { session: sessionId, message: String(id) })}>
        <span dir="auto">{content.slice(0, 200)}</span>
        <Time at={timestamp} as="clock" />
      </a>
    </li>
  );
}

function Sums({ messages, turns }: Pick<Props, 'messages' | 'turns'>): JSX.Element {
  const { input, output, cost } = useMemo(() => sumsOf(messages), [messages]);
  const calls = turns.reduce((sum, { parts }) => sum + parts.filter(({ kind }) => kind === 'tool').length, 0);
  return (
    <section>
      <h3>Tokens</h3>
      <dl class="pairs">
        <dt>In</dt>
        <dd>{count(input)}</dd>
        <dt>Out</dt>
        <dd>{count(output)}</dd>
        <dt>Cost</dt>
        <dd>{dollars(cost)}</dd>
        <dt>Tool calls</dt>
        <dd>{count(calls)}</dd>
      </dl>
    </section>
  );
}

/** The prompt that is being read: the last that begins above the middle of what is seen. */
function useCurrentPrompt(turns: readonly Turn[]): number | undefined {
  const [current, setCurrent] = useState<number | undefined>(undefined);
  useEffect(() => {
    const script = document.querySelector('.transcript');
    if (!script) return undefined;
    const asked = turns.filter(({ role }) => role === 'user').map(({ id }) => id);
    const look = (): void => {
      const middle = script.getBoundingClientRect().top + script.clientHeight / 3;
      const isAbove = (id: number): boolean =>
        (document.getElementById(`turn-${id}`)?.getBoundingClientRect().top ?? Infinity) <= middle;
      setCurrent(lastThat(asked, isAbove) ?? asked[0]);
    };
    look();
    script.addEventListener('scroll', look, { passive: true });
    return () => script.removeEventListener('scroll', look);
  }, [turns]);
  return current;
}

/** The last of a list for which something holds that holds for all before it; a search in halves. */
function lastThat<T>(list: readonly T[], holds: (one: T) => boolean): T | undefined {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(list[middle] as T)) from = middle + 1;
    else to = middle;
  }
  return list[from - 1];
}
