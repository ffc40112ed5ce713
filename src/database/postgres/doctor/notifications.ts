import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { good, limit, type Finding } from '../../finding.js';
import type { Session } from './session.js';

const ARRIVES_WITHIN_MS = 1000;
const POLLING = 'What other instances write is noticed by asking every half second.';

/** Whether what one session sends reaches another that listens. */
export async function checkNotifications(one: Session, other: Session): Promise<Finding> {
  const channel = `jarvis_memory_doctor_${randomBytes(4).toString('hex')}`;
  const giveUp = AbortSignal.timeout(ARRIVES_WITHIN_MS);
  try {
    await one.query(`LISTEN ${channel}`);
    const arrived = once(one.client, 'notification', { signal: giveUp });
    // It is looked at below, and may fail before the statement does.
    arrived.catch(() => undefined);
    await other.query('SELECT pg_notify($1, $2)', [channel, '']);
    await arrived;
    await one.query(`UNLISTEN ${channel}`);
    return good('notifications', 'They arrive: instances know at once what others write.');
  } catch {
    return limit(
      'notifications',
      giveUp.aborted ? 'They do not arrive.' : 'The server does not take them.',
      POLLING,
    );
  }
}
