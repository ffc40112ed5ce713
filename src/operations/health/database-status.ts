import type { HealthStatus } from '../../observability/health-indicators.js';
import type { ProblemCode } from '../../problems/catalogue.js';
import type { DatabaseStatus, Failure, FailureTracker, QueueMeasures } from '../../database/index.js';

/** How long an error of the file degrades health although later attempts succeeded: they may not meet its cause. */
const RECENT_MS = 300_000;

const DEGRADED: Partial<Record<ProblemCode, string>> = {
  database_busy: 'Another program has locked the database file: the last write was given up.',
  storage_full: 'The disk is full: the last write failed. Reads go on.',
};

/** The failures of reads and writes. */
export interface DatabaseFailures {
  readonly reading: Pick<FailureTracker, 'last'>;
  readonly writing: Pick<FailureTracker, 'current' | 'last'>;
}

/**
 * The health of the database. Down: it cannot be opened or read, or the last write failed with an error of the file.
 * Degraded: the last write failed because of a lock or a full disk, or a read or write failed with an error of the file
 * within the last minutes.
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
  const recent = [writing.last, reading.last].find((failure) => isRecentFault(failure, now));
  if (recent) {
    return {
      state: 'degraded',
      since: recent.since,
      detail: 'The file could not be read or written lately; the log says why.',
    };
  }
  return { state: 'up', detail: 'It answers, is migrated, and can be written.' };
}

/** Locks and full disks end without trace; an error of the file may return. */
function isRecentFault(failure: Failure | undefined, now: number): failure is Failure {
  return failure?.code === 'database_unavailable' && now - failure.at < RECENT_MS;
}

/** The health of the write queue; without a queue the database is down. */
export function queueCondition(queue: QueueMeasures | undefined, failing: Failure | undefined): HealthStatus {
  if (!queue) return { state: 'down', detail: 'Nothing can be written: the database is down.' };
  if (failing) return { state: 'degraded', since: failing.since, detail: 'The last write failed.' };
  const waiting = `${queue.depth} of at most ${queue.capacity} writes wait.`;
  return queue.depth > queue.capacity / 2
    ? { state: 'degraded', detail: `Writes arrive faster than the disk takes them: ${waiting}` }
    : { state: 'up', detail: waiting };
}
