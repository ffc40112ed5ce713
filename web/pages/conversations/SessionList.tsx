import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX, TargetedKeyboardEvent } from 'preact';
import type { Endless } from '../../api/endless.js';
import { Icon } from '../../components/Icon.js';
import { moveFocus } from '../../components/move-focus.js';
import { useShortcut } from '../../state/shortcuts.js';
import { AllSessions } from './AllSessions.js';
import { FoundSessions } from './FoundSessions.js';
import type { SessionRow } from './sessions.js';

const PAUSE_MS = 250;

interface Props {
  readonly sessions: Endless<SessionRow>;
  readonly selected: string | undefined;
}

/** All conversations, or those in which something was said. */
export function SessionList({ sessions, selected }: Props): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState('');
  const [text, setText] = useState('');
  useEffect(() => {
    const timer = setTimeout(setText, PAUSE_MS, typed.trim());
    return () => clearTimeout(timer);
  }, [typed]);
  useShortcut('j', 'Next conversation', () => moveFocus(list.current, 1));
  useShortcut('k', 'Conversation before', () => moveFocus(list.current, -1));
  const press = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    moveFocus(list.current, by);
  };
  const count = sessions.rows.value?.length ?? 0;
  return (
    <section class="session-list" aria-label="Conversations">
      <header>
        <h1>Conversations</h1>
        {count > 0 && (
          <span class="faint">
            {count}
            {sessions.next.value !== null && '+'}
          </span>
        )}
      </header>
      <label class="field">
        <Icon name="search" />
        <input
          type="search"
          value={typed}
          placeholder="Find a conversation"
          aria-label="Find a conversation"
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      </label>
      <div ref={list} class="session-rows" onKeyDown={press}>
        {text === '' ? (
          <AllSessions sessions={sessions} selected={selected} />
        ) : (
          <FoundSessions text={text} selected={selected} />
        )}
      </div>
    </section>
  );
}
