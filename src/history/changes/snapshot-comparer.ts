import { setTimeout as sleep } from 'node:timers/promises';
import {
  ANY_TOPIC,
  programUrl,
  type BackgroundRun,
  type BackgroundWork,
  type Change,
  type Database,
  type ThreadProgram,
} from '../../database/index.js';
import { codeOf } from '../../problems/errors.js';
import { SNAPSHOTS_TOPIC } from '../../snapshots/index.js';
import type { CompareInput } from './compare-thread.js';
import type { CompareOutput } from './compare-waiting.js';
import { writeChanges } from './write-changes.js';

const COMPARE: ThreadProgram<CompareInput, CompareOutput> = {
  url: programUrl(import.meta.url, './compare-thread.js'),
};
/** Snapshots that are saved one after the other are compared together. */
const GATHERING_MS = 250;
/** Snapshots are compared again where others came before them meanwhile; so often, and then by the next run. */
const MAX_ATTEMPTS = 5;
/** Two snapshots that end the thread so often are not compared. */
const MAX_FAILURES = 3;

const IS_BEHIND = { text: 'SELECT id FROM snapshots_to_compare LIMIT 1', values: [] };

/** Compares each snapshot with the one before it a moment after it was saved, and keeps what changed in lines. */
export class SnapshotComparer implements BackgroundWork {
  readonly name = 'comparison of snapshots';

  private failures = 0;

  constructor(private readonly database: Database) {}

  isDueAfter(changes: readonly Change[]): boolean {
    return changes.some(({ topic }) => topic === SNAPSHOTS_TOPIC || topic === ANY_TOPIC);
  }

  isBehind(): Promise<boolean> {
    return this.database.read(async (reader) => (await reader.read(IS_BEHIND)).rows.length > 0);
  }

  async catchUp(run: BackgroundRun): Promise<void> {
    await sleep(GATHERING_MS, undefined, { ref: false, signal: run.signal });
    for (let attempts = 0; attempts < MAX_ATTEMPTS;) {
      const done = await run.inTurn(() => this.compareNext(run));
      if (!done) return;
      if (!done.isWritten) attempts++;
      await run.restAfter(done.ms);
    }
  }

  /** @returns whether one of those that were compared waits no longer, and how long it took; undefined where none waited. */
  private async compareNext({
    write,
    signal,
  }: BackgroundRun): Promise<{ isWritten: boolean; ms: number } | undefined> {
    const begun = performance.now();
    const output = await this.compare(signal);
    if (output.compared.length + output.orphans.length === 0) return undefined;
    const isWritten = await write(writeChanges(output, this.database.engine.rows.dialect));
    return { isWritten, ms: performance.now() - begun };
  }

  /** What ends the thread again and again, or lies in a damaged block, is not compared, and the next is tried at once. */
  private async compare(signal: AbortSignal): Promise<CompareOutput> {
    try {
      const output = await this.database.inThread(COMPARE, { isGivenUp: false }, signal);
      this.failures = 0;
      return output;
    } catch (error) {
      // Refused where many wait for the thread: that says nothing of the snapshots.
      if (codeOf(error) === 'read_queue_full') throw error;
      this.failures = Math.min(this.failures + 1, MAX_FAILURES);
      if (signal.aborted || this.failures < MAX_FAILURES) throw error;
      return this.database.inThread(COMPARE, { isGivenUp: true }, signal);
    }
  }
}
