import type { JSX } from 'preact';
import { ROOT } from '../../api/client.js';
import type { Endless } from '../../api/endless.js';
import { Empty } from '../../components/Empty.js';
import { inWords } from '../../components/message-words.js';
import { MoreRows } from '../../components/MoreRows.js';
import { ProblemBox } from '../../components/ProblemBox.js';
import { Skeleton } from '../../components/Skeleton.js';
import { Time } from '../../components/Time.js';
import { addressOf } from '../../state/address.js';
import { instant } from '../../state/range.js';
import { counted, dollars } from '../../words/numbers.js';
import { MOST_COSTS, useCosts, type SessionRow } from './sessions.js';

/** What would fill the list. */
export const COMMAND = `curl -X POST ${ROOT}/api/memory/conversations \\
  -H "X-API-Key: $KEY" -H "Content-Type: application/json" \\
  -d '{ "sessionId": "first", "role": "user", "content": "Hello" }'`;

interface Props {
  readonly sessions: Endless<SessionRow>;
  readonly selected: string | undefined;
}

export function AllSessions({ sessions, selected }: Props): JSX.Element {
  const rows = sessions.rows.value;
  const problem = sessions.first.problem.value;
  const costs = useCosts(rows && Math.min(...rows.map((row) => Date.parse(row.firstMessageAt)), Date.now()));
  if (!rows) {
    if (problem)
      return (
        <ProblemBox
          what="The conversations could not be read."
          problem={problem}
          retry={sessions.first.reload}
        />
      );
    return <Skeleton rows={9} />;
  }
  if (rows.length === 0) {
    if (instant.value !== undefined) return <Empty title="Nobody had spoken by then" />;
    return (
      <Empty title="No conversations yet" command={COMMAND}>
        The chat pipeline saves each turn as it is said.
      </Empty>
    );
  }
  return (
    <ol>
      {rows.map((row) => (
        <li key={row.sessionId}>
          <SessionLink
            row={row}
            cost={costs.of.get(row.sessionId) ?? 0}
            isSelected={row.sessionId === selected}
          />
        </li>
      ))}
      {costs.isCut && (
        <li class="faint small cost-note">
          Costs are known of the {MOST_COSTS} conversations with most tokens.
        </li>
      )}
      <li>
        <MoreRows of={sessions} failure="The next conversations could not be read." />
      </li>
    </ol>
  );
}

interface LinkProps {
  readonly row: SessionRow;
  readonly cost: number;
  readonly isSelected: boolean;
}

function SessionLink({ row, cost, isSelected }: LinkProps): JSX.Element {
  const { sessionId, preview, lastReply, lastMessageAt, messageCount, tokensUsed } = row;
  const at = instant.value;
  // What a conversation holds now says nothing of the moment that is shown, if it went on afterwards.
  const wentOn = at !== undefined && Date.parse(lastMessageAt) > at;
  const about = [
    counted(messageCount, 'message'),
    tokensUsed > 0 && counted(tokensUsed, 'token'),
    cost > 0 && dollars(cost),
  ];
  return (
    <a
      class="session"
      href={addressOf('conversations', { session: sessionId })}
      title={sessionId}
      aria-current={isSelected ? 'true' : undefined}
    >
      <span class="name cut" dir="auto">
        {inWords(preview) || sessionId}
      </span>
      {!wentOn && <Time at={lastMessageAt} />}
      <span class="second cut" dir="auto">
        {(!wentOn && inWords(lastReply ?? '')) || sessionId}
      </span>
      <span class="faint">{wentOn ? 'went on after this moment' : about.filter(Boolean).join(', ')}</span>
    </a>
  );
}
