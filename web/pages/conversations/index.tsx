import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import { Empty } from '../../components/Empty.js';
import { queryValue } from '../../state/address.js';
import { COMMAND } from './AllSessions.js';
import { SessionList } from './SessionList.js';
import { useSessions } from './sessions.js';
import { TranscriptView } from './TranscriptView.js';
import './conversations.css';
import './transcript.css';

/** What was said and done: all conversations, and one of them. Without a choice, the last one. */
export default function Conversations(): JSX.Element {
  const sessions = useSessions();
  const chosen = queryValue('session');
  const selected = chosen ?? sessions.rows.value?.[0]?.sessionId;
  useEffect(() => {
    document.title = 'Conversations · Jarvis memory';
  }, []);
  return (
    <div class="page conversations" data-chosen={chosen !== undefined}>
      <SessionList sessions={sessions} selected={selected} />
      {selected === undefined ? (
        <section class="script">
          {sessions.rows.value && (
            <Empty title="Nothing to read yet" command={COMMAND}>
              What is said to Jarvis appears here as it is said. The first turn can come from anywhere:
            </Empty>
          )}
        </section>
      ) : (
        <TranscriptView key={selected} sessionId={selected} />
      )}
    </div>
  );
}
