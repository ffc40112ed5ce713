import { Injectable } from '@nestjs/common';
import { Database, Leases, type Lease } from '../../database/index.js';

const LEASE = 'backup';
const LEASE_MS = 60_000;
const RENEW_MS = LEASE_MS / 4;
const SCHEDULE_LEASE = 'scheduled backup';

/** Whose turn it is to make a backup, where several instances share a database, and perhaps the folder of the backups. */
@Injectable()
export class BackupTurns {
  private readonly leases: Leases | undefined;

  constructor(database: Database) {
    if (!database.capabilities.severalInstances) return;
    const { dialect } = database.engine.rows;
    this.leases = new Leases(dialect, (work, about, options) =>
      database.write(work, about, { ...options, takesPosition: true }),
    );
  }

  /**
   * Makes a backup while no other instance makes one.
   * @returns undefined where one does.
   * @throws the problems of `Database.write`; what the work throws.
   */
  take<T>(work: () => Promise<T>): Promise<T | undefined> {
    return this.hold(LEASE, work, () => 0);
  }

  /**
   * Makes the backup that is due, where no other instance has made it or makes one. One that fails spends no turn.
   * @param keptMs for how long nobody else makes it then: clocks may differ by less than that.
   * @returns undefined where another instance has the turn.
   * @throws the problems of `Database.write`; what the work throws.
   */
  takeScheduled<T>(work: () => Promise<T>, keptMs: () => number): Promise<T | undefined> {
    return this.hold(SCHEDULE_LEASE, () => this.take(work), keptMs);
  }

  /** Work without a result was not done. */
  private async hold<T>(name: string, work: () => Promise<T>, keptMs: () => number): Promise<T | undefined> {
    if (!this.leases) return work();
    const made: { result?: T } = {};
    const renewing = async (lease: Lease): Promise<void> => {
      const renew = (): Promise<unknown> => lease.write(() => Promise.resolve()).catch(() => undefined);
      const timer = setInterval(() => void renew(), RENEW_MS);
      try {
        made.result = await work();
      } finally {
        clearInterval(timer);
      }
    };
    const leftMs = (): number => (made.result === undefined ? 0 : Math.max(0, Math.ceil(keptMs())));
    await this.leases.run(name, LEASE_MS, renewing, leftMs);
    return made.result;
  }
}
