import { randomInt } from 'node:crypto';
import { broken, good, limit, type Finding } from '../../finding.js';
import { sqlStateOf } from '../connection/errors.js';
import type { Session } from './session.js';

const LOCK_NOT_AVAILABLE = '55P03';
const MAX_LOCK_KEY = 2 ** 31;

/** What one session sees of the other: nothing before its commit, all after it, and a snapshot of none of it. */
export async function checkIsolation(one: Session, other: Session, table: string): Promise<Finding[]> {
  const count = async (): Promise<number> =>
    (await other.one<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`)).count;
  const add = (id: number): Promise<unknown> => one.query(`INSERT INTO ${table} VALUES ($1, '')`, [id]);
  await one.query('BEGIN');
  await add(1);
  const uncommitted = await count();
  await one.query('COMMIT');
  const before = await count();
  const committed = await other.undone(async () => {
    const first = await count();
    await add(2);
    return (await count()) - first;
  });
  const inSnapshot = await other.undone(async () => {
    const first = await count();
    await add(3);
    return (await count()) - first;
  }, 'REPEATABLE READ');
  return [
    ...(uncommitted > 0 || before !== 1 ? [broken('isolation', SEES_UNCOMMITTED)] : []),
    committed === 1
      ? good('isolation', 'A transaction sees what others have committed, and nothing else.')
      : limit('isolation', 'A transaction does not see what others commit meanwhile.', CONFLICTS),
    inSnapshot === 0
      ? good('snapshots', 'A snapshot stays as it is while others write: exports are of one moment.')
      : broken('snapshots', 'A snapshot changes while others write: exports would mix moments.'),
  ];
}

const SEES_UNCOMMITTED = 'A session sees what another has not committed, or does not see what it has.';
const CONFLICTS = 'Transactions that conflict are repeated, up to five times; then 503 database_busy.';

/** The position of the feed is a row that writers lock one after the other. */
export async function checkRowLocks(one: Session, other: Session, table: string): Promise<Finding> {
  const lock = `SELECT id FROM ${table} WHERE id = 1 FOR UPDATE`;
  const isExcluded = await one.undone(async () => {
    await one.query(lock);
    return other
      .undone(() => other.query(`${lock} NOWAIT`))
      .then(
        () => false,
        (error: unknown) => sqlStateOf(error) === LOCK_NOT_AVAILABLE,
      );
  });
  return isExcluded
    ? good('row locks', 'A row that one session has locked, another cannot lock.')
    : broken('row locks', 'Two sessions lock the same row: positions and ids would be given out twice.');
}

/** Those of a transaction, which migrations take. */
export async function checkAdvisoryLocks(one: Session, other: Session): Promise<Finding> {
  const key = randomInt(MAX_LOCK_KEY);
  const tryToLock = (): Promise<boolean> =>
    other.undone(
      async () =>
        (await other.one<{ locked: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS locked', [key]))
          .locked,
    );
  const isTakenTwice = await one.undone(async () => {
    await one.query('SELECT pg_advisory_xact_lock($1)', [key]);
    return tryToLock();
  });
  if (!isTakenTwice && (await tryToLock()))
    return good('advisory locks', 'They exclude: instances that start at once migrate one after the other.');
  return limit(
    'advisory locks',
    'They exclude nobody: two sessions have the same one at once.',
    'Of two instances that migrate at once one fails, is rolled back, and tries again.',
  );
}
