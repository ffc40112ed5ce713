import { useMemo, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { Empty } from '../../components/Empty.js';
import { ProblemBox } from '../../components/ProblemBox.js';
import { Skeleton } from '../../components/Skeleton.js';
import { queryValue } from '../../state/address.js';
import { instant } from '../../state/range.js';
import { NewMessages } from './NewMessages.js';
import { Outline } from './Outline.js';
import { useMessageInSight } from './show-message.js';
import { TranscriptHead } from './TranscriptHead.js';
import { useTranscript } from './transcript.js';
import { TurnList } from './TurnList.js';
import { turnsOf } from './turns.js';
import { useFind } from './use-find.js';

/** What was said and done in a conversation, up to the moment that is shown. */
export function TranscriptView({ sessionId }: { sessionId: string }): JSX.Element {
  const transcript = useTranscript(sessionId, instant.value);
  const scroller = useRef<HTMLDivElement>(null);
  const [areToolsOpen, setToolsOpen] = useState(false);
  const messages = transcript.messages.value;
  const turns = useMemo(() => turnsOf(messages ?? []), [messages]);
  const { wanted, ...search } = useFind(messages);
  const linked = Number(queryValue('message')) || undefined;
  useMessageInSight(linked, messages?.length ?? 0);
  return (
    <>
      <section class="script" aria-label="Transcript">
        <TranscriptHead
          sessionId={sessionId}
          messages={messages ?? []}
          isWhole={transcript.isWhole.value}
          search={search}
          tools={{ areToolsOpen, onFold: () => setToolsOpen(!areToolsOpen) }}
        />
        <div ref={scroller} class="transcript" tabIndex={0} aria-label="What was said">
          {messages === undefined && !transcript.problem.value && <Skeleton rows={8} />}
          <TurnList {...{ turns, sessionId, wanted, areToolsOpen }} find={search.find} />
          {messages?.length === 0 && (
            <Empty title="Nothing had been said by then">
              The conversation began later than the moment that is shown.
            </Empty>
          )}
          {linked !== undefined && isMissing(linked) && (
            <p class="muted">
              The message that the link leads to is not here: it was deleted, or said later.
            </p>
          )}
          {transcript.problem.value && transcript.problem.value.status > 0 && (
            <ProblemBox
              what="The conversation could not be read."
              problem={transcript.problem.value}
              retry={transcript.reload}
            />
          )}
          {messages && !transcript.isWhole.value && !transcript.problem.value && (
            <button type="button" class="button" onClick={transcript.goOn}>
              Read on
            </button>
          )}
        </div>
        <NewMessages scroller={scroller} count={messages?.length ?? 0} isWhole={transcript.isWhole.value} />
      </section>
      <Outline messages={messages ?? []} turns={turns} sessionId={sessionId} />
    </>
  );

  function isMissing(id: number): boolean {
    return transcript.isWhole.value && messages !== undefined && !messages.some((one) => one.id === id);
  }
}
