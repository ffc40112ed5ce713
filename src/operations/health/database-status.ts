import type { HealthStatus } from '../../observability/health-indicators.js';
import type { ProblemCode } from '../../problems/catalogue.js';
import type { DatabaseStatus, Failure, FailureTracker, QueueMeasures } from '../../database/index.js';

/** How long a failure is worth a look although others have succeeded since: they need not have met its cause. */
const REMEMBERED_MS = 300_000;

const DEGRADED: Partial<Record<ProblemCode, string>> = {
  database_busy: 'Another program has locked the database file: the last write was given up.',
  storage_full: 'The disk is full: the last write failed. Reads go on.',
};

/** How reading and writing have fared. */
export interface DatabaseFailures {
  readonly reading: Pick<FailureTracker, 'last'>;
  readonly writing: Pick<FailureTracker, 'current' | 'last'>;
}

/**
 * How the database is. Down: it cannot be opened or read at all, or the last write failed with an error of the file and
 * none has succeeded since. Degraded: the last write failed for a lock or for want of space, or a read or a write failed
 * with an error of the file within the last minutes.
 * @param now in milliseconds of `Date.now()`.
 */
export function databaseCondition(
  status: DatabaseStatus,
  { reading, writing }: DatabaseFailures,
  now: number,
): HealthStatus {
  if (status.status === 'down') return { state: 'down', detail: status.reason };
  const failing = writing.current;
  if (failing) {
    const detail = DEGRADED[failing.code];
    return detail === undefined
      ? { state: 'down', since: failing.since, detail: 'The file cannot be written; the log says why.' }
      : { state: 'degraded', since: failing.since, detail };
  }
  const late = [writing.last, reading.last].find((failure) => isWorthALook(failure, now));
  if (late) {
    return {
      state: 'degraded',
      since: late.since,
      detail: 'The file could not be read or written lately; the log says why.',
    };
  }
  return { state: 'up', detail: 'It answers, is migrated, and can be written.' };
}

/** A lock and want of space are over when they are over; an error of the file may be a sign of worse. */
function isWorthALook(failure: Failure | undefined, now: number): failure is Failure {
  return failure?.code === 'database_unavailable' && now - failure.at < REMEMBERED_MS;
}

/** How the write queue is; without numbers of one, the database is down. */
export function queueCondition(queue: QueueMeasures | undefined, failing: Failure | undefined): HealthStatus {
  if (!queue) return { state: 'down', detail: 'Nothing can be written: the database is down.' };
  if (failing) return { state: 'degraded', since: failing.since, detail: 'The last write failed.' };
  const waiting = `${queue.depth} of at most ${queue.capacity} writes wait.`;
  return queue.depth > queue.capacity / 2
    ? { state: 'degraded', detail: `Writes arrive faster than the disk takes them: ${waiting}` }
    : { state: 'up', detail: waiting };
}
