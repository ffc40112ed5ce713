import { setTimeout as sleep } from 'node:timers/promises';
import { conversationsOf } from '../conversations/index.js';
import { Database, type DatabaseTarget } from '../database/index.js';
import { eventsOf } from '../events/index.js';
import { SnapshotHistoryText, TimelineService } from '../history/index.js';
import { preferencesOf } from '../preferences/index.js';
import { codeOf, reasonOf } from '../problems/errors.js';
import { ProblemError } from '../problems/problem.error.js';
import { RecallTextService, TokenCounter } from '../recall/index.js';
import { snapshotsOf } from '../snapshots/index.js';
import { Mutex } from '../time/mutex.js';
import type { Memory, MemoryAccess } from './memory.js';

/** Another command has the database for a moment; a restore, an import or a start for longer. */
const MAX_ATTEMPTS = 50;
const RETRY_DELAY_MS = 100;
const RETRY_SECONDS = 10;

/**
 * Opens the database for each call, also while a service has it, and lets it go again: an agent that is open all day keeps
 * no service from starting, and no restore from replacing the file. One call after the other, since two of one process would
 * keep each other out.
 */
export function accessAlongside(target: DatabaseTarget): MemoryAccess {
  const calls = new Mutex();
  return (mode, work) =>
    calls.runExclusive(async () => {
      const outcome = await opened(target, mode, work);
      if ('failure' in outcome) throw outcome.failure;
      return outcome.result;
    });
}

/**
 * What the work resulted in, or failed with.
 * @throws ProblemError `database_busy` or `database_unavailable` where the database could not be used.
 */
async function opened<T>(
  target: DatabaseTarget,
  mode: 'read' | 'write',
  work: (memory: Memory) => Promise<T>,
): Promise<{ result: T } | { failure: unknown }> {
  for (let tries = 1; ; tries++) {
    try {
      return await Database.openAlongside(target, mode, (database) =>
        work(memoryOf(database)).then(
          (result) => ({ result }),
          (failure: unknown) => ({ failure }),
        ),
      );
    } catch (error) {
      if (codeOf(error) !== 'DATABASE_IN_USE') throw unavailable(error);
      if (tries === MAX_ATTEMPTS) throw busy(error);
      await sleep(RETRY_DELAY_MS);
    }
  }
}

function memoryOf(database: Database): Memory {
  const events = eventsOf(database);
  const conversations = conversationsOf(database);
  const preferences = preferencesOf(database);
  const snapshots = snapshotsOf(database);
  return {
    events,
    conversations,
    preferences,
    snapshots,
    recall: new RecallTextService(database, events, conversations, preferences),
    timeline: new TimelineService(database),
    snapshotHistory: new SnapshotHistoryText(database, snapshots),
    changes: database.changes,
    countTokens,
  };
}

/** In this process, which has nobody else to wait for it, and keeps the tokenizer from one call to the next. */
async function countTokens(texts: readonly string[]): Promise<readonly number[]> {
  const tokens = await TokenCounter.load();
  return texts.map((text) => tokens.count(text));
}

function unavailable(cause: unknown): ProblemError {
  return new ProblemError('database_unavailable', reasonOf(cause), { cause });
}

function busy(cause: unknown): ProblemError {
  return new ProblemError('database_busy', reasonOf(cause), { cause, retryAfterSeconds: RETRY_SECONDS });
}
