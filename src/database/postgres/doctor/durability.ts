import { broken, good, limit, type Finding } from '../../finding.js';
import { durabilityOf, SETTINGS, type Settings } from '../status.js';
import type { Session } from './session.js';

export async function checkDurability(session: Session): Promise<Finding> {
  const { state, detail } = durabilityOf(await session.one<Settings>(SETTINGS));
  return state === 'up' ? good('durability', detail) : broken('durability', detail);
}

interface Replicas {
  readonly replicas: number;
  readonly names: string;
  readonly synchronousCommit: string;
}

const REPLICAS = `SELECT (SELECT count(*)::int FROM pg_stat_replication) AS "replicas",
  current_setting('synchronous_standby_names') AS "names", current_setting('synchronous_commit') AS "synchronousCommit"`;
const WAITING = ['on', 'remote_apply', 'remote_write'];
const LOSES = 'A failover to one loses what had not arrived, although it was acknowledged.';

/** What a failover to a replica would lose. */
export async function checkReplicas(session: Session): Promise<Finding> {
  const { replicas, names, synchronousCommit } = await session.one<Replicas>(REPLICAS);
  const isSynchronous = names.trim() !== '' && WAITING.includes(synchronousCommit);
  if (replicas === 0 && !isSynchronous) return good('replicas', 'None is connected.');
  if (!isSynchronous)
    return limit('replicas', `${replicas}, and a commit waits for none (synchronous_standby_names).`, LOSES);
  if (replicas === 0)
    return limit(
      'replicas',
      'A commit waits for one, and none is connected.',
      'Writes wait for its return, and get 503.',
    );
  if (synchronousCommit !== 'remote_write')
    return good(
      'replicas',
      `${replicas}; a commit waits until it is on the disk of those that are synchronous.`,
    );
  return limit('replicas', `${replicas}; a commit waits until one has it in memory (remote_write).`, LOSES);
}
