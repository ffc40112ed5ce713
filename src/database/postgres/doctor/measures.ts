import { describeDurations, good, limit, percentile, type Finding } from '../../finding.js';
import type { PostgresOptions } from '../../database.options.js';
import type { Session } from './session.js';

const COMMITS = 50;
const COMMITS_WITHIN_MS = 2000;
const SLOW_COMMIT_MS = 1000;
const MAX_OFFSET_MS = 5000;
/** One that listens, and two exports at most. */
const BESIDE_POOL = 3;

/** Small transactions one after the other, as a lone client makes them. */
export async function measureCommits(session: Session, table: string): Promise<Finding> {
  const durations: number[] = [];
  const deadline = performance.now() + COMMITS_WITHIN_MS;
  while (durations.length < COMMITS && performance.now() < deadline) {
    const begun = performance.now();
    await session.query(`INSERT INTO ${table} VALUES ($1, 'a small row')`, [1000 + durations.length]);
    durations.push(performance.now() - begun);
  }
  const told = `A commit takes ${describeDurations(durations)}.`;
  if (percentile(durations, 0.5) < SLOW_COMMIT_MS) return good('commits', told);
  return limit('commits', told, 'Writes that arrive together share one, and each waits for it.');
}

/** Events that are sent without a time get that of the instance; order comes from the database. */
export async function compareClocks(session: Session): Promise<Finding> {
  const begun = Date.now();
  const { time } = await session.one<{ time: number }>(
    `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "time"`,
  );
  const offset = Math.round((begun + Date.now()) / 2 - time);
  const told = `Ours and the server's differ by ${Math.abs(offset)} ms.`;
  if (Math.abs(offset) < MAX_OFFSET_MS) return good('clocks', told);
  const means = 'Order comes from the database; the times of instances differ. Keep clocks together (NTP).';
  return limit('clocks', told, means);
}

interface Connections {
  readonly most: number;
  readonly used: number;
  readonly ofDatabase: number;
  readonly ofRole: number;
}

/** A limit below 0 is none. */
const CONNECTIONS = `SELECT current_setting('max_connections')::int
    - coalesce(current_setting('superuser_reserved_connections', true), '0')::int
    - coalesce(current_setting('reserved_connections', true), '0')::int AS "most",
  (SELECT sum(numbackends)::int FROM pg_stat_database) AS "used",
  (SELECT datconnlimit FROM pg_database WHERE datname = current_database()) AS "ofDatabase",
  (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user) AS "ofRole"`;

/** @param own how many of them are the doctor's. */
export async function countConnections(
  session: Session,
  { poolSize }: PostgresOptions,
  own: number,
): Promise<Finding> {
  const { most, used, ofDatabase, ofRole } = await session.one<Connections>(CONNECTIONS);
  const limits = [most - used + own, ofDatabase, ofRole].filter((count) => count >= 0);
  const free = Math.min(...limits);
  const wanted = poolSize + BESIDE_POOL;
  const told = `${free} of ${most} are free; an instance takes up to ${wanted}.`;
  if (free >= wanted) return good('connections', told);
  return limit('connections', told, 'What finds none in five seconds is answered with 503.');
}

interface Sorted {
  readonly sorted: readonly string[];
  readonly locale: string;
}

const TEXTS = ['b', 'B', 'a', 'A', 'ä', 'z', 'Z', '_', '10', '9', '\u{1f6a8}', '\uffee'];
const SORTED = `SELECT array_agg(t ORDER BY t COLLATE "C") AS "sorted",
  (SELECT datcollate FROM pg_database WHERE datname = current_database()) AS "locale"
  FROM unnest($1::text[]) AS t`;

/** Pages, times and keys are compared byte by byte, whatever the locale of the database. */
export async function checkCollation(session: Session): Promise<Finding> {
  const { sorted, locale } = await session.one<Sorted>(SORTED, [TEXTS]);
  const expected = TEXTS.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  if (sorted.join() === expected.join())
    return good(
      'collation',
      `Texts are compared byte by byte where they have to be (the database: ${locale}).`,
    );
  return {
    subject: 'collation',
    level: 'broken',
    found:
      'Texts are not compared byte by byte, although the columns ask for it: pages of lists would skip rows.',
  };
}
