import type { JSX } from 'preact';
import { Empty } from '../../components/Empty.js';
import { Loaded } from '../../components/Loaded.js';
import { Marked } from '../../components/Marked.js';
import { Time } from '../../components/Time.js';
import { addressOf } from '../../state/address.js';
import { useFound } from './sessions.js';

/** Conversations in which something was said; each leads to where. */
export function FoundSessions({
  text,
  selected,
}: {
  text: string;
  selected: string | undefined;
}): JSX.Element {
  const found = useFound(text);
  return (
    <Loaded of={found} failure="The conversations could not be searched." rows={9}>
      {(rows) =>
        rows.length === 0 ? (
          <Empty title={`No conversation about “${text}”`}>
            Other words may be in it; all of memory is searched under Search.
          </Empty>
        ) : (
          <ol>
            {rows.map(({ message: { sessionId, id, timestamp }, snippet }) => (
              <li key={sessionId}>
                <a
                  class="session"
                  href={addressOf('conversations', { session: sessionId, message: String(id) })}
                  aria-current={sessionId === selected ? 'true' : undefined}
                >
                  <span class="name cut">{sessionId}</span>
                  <Time at={timestamp} />
                  <span class="second lines" dir="auto">
                    <Marked text={snippet.text} matches={snippet.matches} />
                  </span>
                </a>
              </li>
            ))}
          </ol>
        )
      }
    </Loaded>
  );
}
