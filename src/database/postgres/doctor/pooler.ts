import { setTimeout as sleep } from 'node:timers/promises';
import { broken, good, limit, type Finding } from '../../finding.js';
import type { Session } from './session.js';

const SETTING = 'jarvis_memory.doctor';
const VALUE = 'kept';
/** A pooler with one connection lets a session wait for the other. */
const MAX_WAIT_MS = 1000;
const STATE = `SELECT pg_backend_pid() AS process, current_setting('${SETTING}', true) AS setting`;

interface SessionState {
  readonly process: number;
  readonly setting: string | null;
}

export interface Between {
  readonly finding: Finding;
  /** What a connection to the server belongs to. */
  readonly mode: 'session' | 'transactions' | 'statements';
}

/**
 * Whether a pooler stands between: it tells a session the number of a process that is not the server's. In transaction mode
 * the connection of a session is another one after its transaction, at the latest when somebody else holds the first, and
 * its settings are lost.
 */
export async function checkPooler(one: Session, other: Session, isTimeoutRefused: boolean): Promise<Between> {
  await one.query(`SELECT set_config('${SETTING}', '${VALUE}', false)`);
  const before = await one.one<SessionState>(STATE);
  const after = await whileInTransaction(other, () =>
    Promise.race([one.one<SessionState>(STATE), sleep(MAX_WAIT_MS, undefined, { ref: false })]),
  );
  if (after === 'refused') return { mode: 'statements', finding: broken('pooler', STATEMENT_MODE) };
  await one.query(`SELECT set_config('${SETTING}', '', false)`);
  if (after?.process !== before.process || after.setting !== VALUE)
    return { mode: 'transactions', finding: limit('pooler', TRANSACTION_MODE, TRANSACTION_MODE_MEANS) };
  return { mode: 'session', finding: kept(one.announcedProcess === before.process, isTimeoutRefused) };
}

async function whileInTransaction<T>(session: Session, work: () => Promise<T>): Promise<T | 'refused'> {
  const hasBegun = await session.query('BEGIN').then(
    () => true,
    () => false,
  );
  if (!hasBegun) return 'refused';
  try {
    await session.query('SELECT 1');
    return await work();
  } finally {
    await session.query('ROLLBACK');
  }
}

function kept(isDirect: boolean, isTimeoutRefused: boolean): Finding {
  if (isTimeoutRefused) return limit('pooler', TIMEOUT_REFUSED, TIMEOUT_REFUSED_MEANS);
  return isDirect
    ? good('pooler', 'None: a session keeps its connection and its settings.')
    : good('pooler', 'One stands between, in session mode: a session keeps its connection and its settings.');
}

const STATEMENT_MODE =
  'A pooler in statement mode stands between: it refuses transactions, without which nothing works.';
const TRANSACTION_MODE =
  'A pooler in transaction mode stands between: a session has another connection after each transaction.';
const TRANSACTION_MODE_MEANS =
  'Notifications do not arrive: others are noticed by asking every half second. The time-out of statements is kept by the service.';
const TIMEOUT_REFUSED = 'What stands between refuses the time-out of statements.';
const TIMEOUT_REFUSED_MEANS =
  'The service gives up waiting by itself; the server ends statements by ALTER ROLE … SET statement_timeout alone.';
