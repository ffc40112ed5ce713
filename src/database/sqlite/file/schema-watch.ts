import type { LoggerService } from '@nestjs/common';
import type { Database as SqliteHandle, Statement } from 'better-sqlite3';
import { refuseBackDoors } from './inspection.js';
import { FileRefused } from './header.js';
import { definitionsIn, findForeignObjects, type Definition } from './foreign-objects.js';

/**
 * Looks at the definitions in a file when it is opened, and again whenever another program has written to it: before
 * anybody is let in on the word of the file, and before anything is written. What touches the tables of access and is
 * not ours ends all reading and writing until the service is started again.
 */
export class SchemaWatch {
  /** Why nothing is read or written any more. */
  refusal: string | undefined;
  /** Whether there are triggers or views that are not ours: a write about one thing may then change another. */
  hasTriggers = false;
  private readonly dataVersion: Statement<[], number>;
  private lookedAt: number | undefined;
  private seen: string | undefined;
  private known: number | undefined;

  constructor(
    private readonly handle: SqliteHandle,
    private readonly ours: readonly Definition[],
    private readonly log: LoggerService,
  ) {
    this.dataVersion = handle.prepare<[], number>('PRAGMA data_version').pluck();
    this.look();
  }

  /**
   * A number that changes when another program commits to the file; commits of the connection itself do not change it.
   * It is read once for all requests that one turn of the event loop found waiting: they all had been sent before it
   * was read.
   */
  version(): number {
    if (this.known === undefined) {
      this.known = this.look();
      setImmediate(() => {
        this.known = undefined;
      });
    }
    return this.known;
  }

  /** Why nothing is read or written any more, as far as it can be known. */
  whyRefused(): string | undefined {
    try {
      this.version();
    } catch {
      // A file that cannot be read: whoever reads or writes learns that from SQLite.
    }
    return this.refusal;
  }

  /** Looks now. Where nobody else has written it costs one statement. */
  look(): number {
    const version = this.dataVersion.get() ?? 0;
    if (version !== this.lookedAt) this.lookAgain();
    this.lookedAt = version;
    return version;
  }

  private lookAgain(): void {
    const found = definitionsIn(this.handle);
    const text = JSON.stringify(found);
    if (text === this.seen) return;
    this.seen = text;
    const foreignObjects = findForeignObjects(found, this.ours);
    this.hasTriggers = foreignObjects.active.length > 0;
    if (this.hasTriggers) this.log.warn(`Not made by this service: ${foreignObjects.active.join(', ')}.`);
    try {
      refuseBackDoors(foreignObjects);
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error;
      this.refusal ??= error.reason;
      this.log.error(`Nothing is read or written any more. ${error.message}`);
    }
  }
}
