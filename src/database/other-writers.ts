import type { Changes } from './changes.js';
import { NO_CHANGE } from './feed/feed-change.js';
import type { WriteQueue } from './write-queue.js';

/**
 * Where this process has the database alone, what others write is known to be something and no more; what they wrote before
 * it began, too. The feed tells it, best effort: the versions have changed already.
 */
export function watchOtherWriters(changes: Changes, queue: WriteQueue): void {
  changes.onUnknown = () => {
    queue
      .run(() => Promise.resolve(), { subject: NO_CHANGE })
      .catch(() => {
        changes.failedToRecord();
      });
  };
  changes.noteUnknown();
}
