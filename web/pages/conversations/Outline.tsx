import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { Time } from '../../components/Time.js';
import { addressOf } from '../../state/address.js';
import { count, dollars } from '../../words/numbers.js';
import { sumsOf } from './sums.js';
import { promptsOf, type MessageRow, type Turn } from './turns.js';

interface Props {
  readonly messages: readonly MessageRow[];
  readonly turns: readonly Turn[];
  readonly sessionId: string;
}

/** What was asked, to jump by, and what it took. */
export function Outline({ messages, turns, sessionId }: Props): JSX.Element {
  const prompts = promptsOf(messages);
  const current = useCurrentPrompt(turns);
  const sums = sumsOf(messages);
  return (
    <nav class="outline" aria-label="Prompts">
      <h3>Prompts</h3>
      {prompts.length === 0 && <p class="faint">None: nobody asked.</p>}
      <ol>
        {prompts.map(({ id, content, timestamp }) => (
          <li key={id}>
            <a
              href={addressOf('conversations', { session: sessionId, message: String(id) })}
              aria-current={current === id ? 'location' : undefined}
            >
              <span dir="auto">{content.slice(0, 200)}</span>
              <Time at={timestamp} as="clock" />
            </a>
          </li>
        ))}
      </ol>
      <h3>Tokens</h3>
      <dl class="pairs">
        <dt>In</dt>
        <dd>{count(sums.input)}</dd>
        <dt>Out</dt>
        <dd>{count(sums.output)}</dd>
        <dt>Cost</dt>
        <dd>{dollars(sums.cost)}</dd>
        <dt>Tool calls</dt>
        <dd>
          {count(
            turns.reduce((sum, { parts }) => sum + parts.filter(({ kind }) => kind === 'tool').length, 0),
          )}
        </dd>
      </dl>
    </nav>
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
