import { Injectable } from '@nestjs/common';
import { Database, Leases } from '../../database/index.js';

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
   * Whether this instance makes the backup that is due now. Clocks may differ by half of the time until the next one.
   * @throws the problems of `Database.write`.
   */
  async isFirst(msToNext: number): Promise<boolean> {
    return (await this.leases?.isFirst(SCHEDULE_LEASE, Math.ceil(msToNext / 2))) ?? true;
  }

  /**
   * Makes a backup while no other instance makes one.
   * @returns undefined where one does.
   * @throws the problems of `Database.write`; what the work throws.
   */
  async take<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (!this.leases) return work();
    const made: { result?: T } = {};
    await this.leases.run(LEASE, LEASE_MS, async (lease) => {
      const renew = (): Promise<unknown> => lease.write(() => Promise.resolve()).catch(() => undefined);
      const timer = setInterval(() => void renew(), RENEW_MS);
      try {
        made.result = await work();
      } finally {
        clearInterval(timer);
      }
    });
    return made.result;
  }
}
