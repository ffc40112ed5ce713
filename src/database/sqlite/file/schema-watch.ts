import type { LoggerService } from '@nestjs/common';
import type { Database as SqliteHandle, Statement } from 'better-sqlite3';
import { refuseForeignAccess } from './inspection.js';
import { FileRefused } from './header.js';
import { definitionsIn, findForeignObjects, type Definition } from './foreign-objects.js';

/**
 * Checks the definitions in a file when it is opened, and again whenever another program has written to it: before a
 * caller is authenticated against the file, and before each write. A foreign definition that touches a table of access
 * control ends all reads and writes until the service is restarted.
 */
export class SchemaWatch {
  /** Why reads and writes are refused, if a check found a reason. */
  refusal: string | undefined;
  /** Whether there are foreign triggers or views: a write to one topic may then change another. */
  hasTriggers = false;
  /** Called when a write of another program is detected. */
  onForeignWrite: (() => void) | undefined;
  private readonly dataVersion: Statement<[], number>;
  private checkedVersion: number | undefined;
  private checkedDefinitions: string | undefined;
  private cachedVersion: number | undefined;

  constructor(
    private readonly handle: SqliteHandle,
    private readonly ours: readonly Definition[],
    private readonly log: LoggerService,
  ) {
    this.dataVersion = handle.prepare<[], number>('PRAGMA data_version').pluck();
    this.check();
  }

  /**
   * `PRAGMA data_version`: it changes when another program commits to the file, not by commits of the connection itself.
   * It is read once per turn of the event loop, for all requests of the turn: each was sent before the read.
   */
  version(): number {
    if (this.cachedVersion === undefined) {
      this.cachedVersion = this.check();
      setImmediate(() => {
        this.cachedVersion = undefined;
      });
    }
    return this.cachedVersion;
  }

  /** The refusal, after at most one check per turn of the event loop. */
  checkedRefusal(): string | undefined {
    try {
      this.version();
    } catch {
      // The file cannot be read: the read or write that follows fails with the error of SQLite.
    }
    return this.refusal;
  }

  /** Checks now. Without a foreign write, the check costs one statement. */
  check(): number {
    const version = this.dataVersion.get() ?? 0;
    if (version === this.checkedVersion) return version;
    this.checkDefinitions();
    this.checkedVersion = version;
    if (this.cachedVersion !== undefined) this.cachedVersion = version;
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
      refuseForeignAccess(foreignObjects);
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error;
      this.refusal ??= error.reason;
      this.log.error(`Nothing is read or written any more. ${error.message}`);
    }
  }
}
