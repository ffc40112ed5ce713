import type { Engine, ReadMeasures, RowCounts, Serving, StorageMeasures } from './engine.js';
import type { WriteQueue } from './write-queue.js';
import type { Group, Outcomes } from './write-queue.options.js';

/** The write queue, in units of work. */
export interface QueueMeasures {
  /** Waiting units. */
  readonly depth: number;
  /** Limit of waiting units. */
  readonly capacity: number;
  readonly outcomes: Readonly<Outcomes>;
}

/** Measurements of an open database: its queues, its rows and its storage. */
export interface DatabaseMeasures {
  readonly queue: QueueMeasures;
  readonly reads: ReadMeasures;
  readonly rows: RowCounts;
  /** @returns undefined where the storage cannot be read. */
  storage(): Promise<StorageMeasures | undefined> | StorageMeasures | undefined;
  /** Sets the one watcher that is called after each transaction of the write queue. */
  watchGroups(watcher: (group: Group) => void): void;
}

export function measuresOf(queue: WriteQueue, { reads, counts }: Serving, engine: Engine): DatabaseMeasures {
  return {
    queue,
    reads,
    rows: counts,
    storage: () => engine.storage(),
    watchGroups: (watcher) => (queue.watcher = watcher),
  };
}
