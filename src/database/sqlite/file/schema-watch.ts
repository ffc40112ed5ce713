import type { LoggerService } from '@nestjs/common';
import type { Database as SqliteHandle, Statement } from 'better-sqlite3';
import { refuseBackDoors } from './inspection.js';
import { FileRefused } from './header.js';
import { definitionsIn, findForeignObjects, type Definition } from './foreign-objects.js';

/**
 * Checks the definitions in a file when it is opened, and again whenever another program has written to it: before a
 * caller is let in by what the file says, and before anything is written. A definition that is not ours and touches the
 * tables of access ends all reading and writing until the service is started again.
 */
export class SchemaWatch {
  /** Why nothing is read or written any more, as the last check found it. */
  refusal: string | undefined;
  /** Whether there are triggers or views that are not ours: a write about one thing may then change another. */
  hasTriggers = false;
  /** Is called when it is seen that another program has written. */
  onForeignWrite: (() => void) | undefined;
  private readonly dataVersion: Statement<[], number>;
  private checkedVersion: number | undefined;
  private checkedDefinitions: string | undefined;
  private versionOfThisTurn: number | undefined;

  constructor(
    private readonly handle: SqliteHandle,
    private readonly ours: readonly Definition[],
    private readonly log: LoggerService,
  ) {
    this.dataVersion = handle.prepare<[], number>('PRAGMA data_version').pluck();
    this.check();
  }

  /**
   * A number that changes when another program commits to the file; commits of the connection itself do not change it.
   * It is read once for all requests that one turn of the event loop found waiting: they all had been sent before it
   * was read.
   */
  version(): number {
    if (this.versionOfThisTurn === undefined) {
      this.versionOfThisTurn = this.check();
      setImmediate(() => {
        this.versionOfThisTurn = undefined;
      });
    }
    return this.versionOfThisTurn;
  }

  /** The refusal after a check in this turn of the event loop. */
  checkedRefusal(): string | undefined {
    try {
      this.version();
    } catch {
      // The file cannot be read: the read or write that follows learns that from SQLite.
    }
    return this.refusal;
  }

  /** Checks now. Where no other program has written, the check costs one statement. */
  check(): number {
    const version = this.dataVersion.get() ?? 0;
    if (version === this.checkedVersion) return version;
    this.checkDefinitions();
    this.checkedVersion = version;
    this.onForeignWrite?.();
    return version;
  }

  private checkDefinitions(): void {
    const found = definitionsIn(this.handle);
    const text = JSON.stringify(found);
    if (text === this.checkedDefinitions) return;
    this.checkedDefinitions = text;
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
