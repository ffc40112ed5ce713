import type { DataSource } from 'typeorm';
import { migrations } from '../../../migrations/postgres/index.js';
import type { HealthStatus } from '../../observability/health-indicators.js';
import { tablesWhere } from '../catalogue.js';
import type { DatabaseStatus, RowCounts, StorageMeasures } from '../engine.js';
import { poolOf } from './queries/row-reader.js';

const MAX_COUNT_AGE_MS = 60_000;

/** What a commit waits for. */
export interface Settings {
  readonly fsync: string;
  readonly synchronousCommit: string;
  readonly fullPageWrites: string;
}

/** What costs the server more: it looks at each file of the database for its size. */
interface Server {
  readonly version: string;
  readonly size: number;
  readonly synchronousCommit: string;
}

const SERVER = `SELECT split_part(split_part(version(), ' (', 1), ' on ', 1) AS "version",
  pg_database_size(current_database()) AS "size", current_setting('synchronous_commit', true) AS "synchronousCommit"`;
/** Settings that another engine does not have are NULL. */
export const SETTINGS = `SELECT current_setting('fsync', true) AS "fsync", current_setting('synchronous_commit', true) AS "synchronousCommit",
  current_setting('full_page_writes', true) AS "fullPageWrites"`;

/** What the server says of itself. */
export class ServerStatus {
  constructor(private readonly reader: DataSource) {}

  /** Never throws. */
  async read(): Promise<DatabaseStatus> {
    try {
      await poolOf(this.reader).query('SELECT 1 FROM events LIMIT 1');
      const { version, size, synchronousCommit } = await this.row<Server>(SERVER);
      return {
        status: 'up',
        engine: 'postgres',
        postgresVersion: version,
        synchronous: synchronousCommit,
        migration: migrations.at(-1)?.name ?? 'none',
        sizeBytes: size,
      };
    } catch {
      return { status: 'down', reason: 'The database server does not answer.' };
    }
  }

  async storage(): Promise<StorageMeasures | undefined> {
    try {
      const { size } = await this.row<Server>(SERVER);
      return { databaseBytes: size, walBytes: undefined, freeListBytes: undefined };
    } catch {
      return undefined;
    }
  }

  /** Degraded where the server may lose what it has acknowledged. */
  async durability(): Promise<HealthStatus> {
    return durabilityOf(await this.row<Settings>(SETTINGS));
  }

  private async row<Row extends object>(query: string): Promise<Row> {
    const [row] = (await poolOf(this.reader).query<Row>(query)).rows;
    if (!row) throw new Error('The server says nothing of itself.');
    return row;
  }
}

export function durabilityOf({ fsync, synchronousCommit, fullPageWrites }: Settings): HealthStatus {
  const lossy = [
    fsync === 'off' && 'fsync is off: a power cut may damage the whole database.',
    synchronousCommit === 'off' && 'synchronous_commit is off: the last commits before a crash may be lost.',
    fullPageWrites === 'off' && 'full_page_writes is off: a power cut may damage pages.',
  ].filter((reason) => reason !== false);
  if (lossy.length === 0) return { state: 'up', detail: 'The server syncs each commit to its disk.' };
  return { state: 'degraded', detail: `The server is set to lose commits: ${lossy.join(' ')}` };
}

/** Counts the rows of the content tables, at most once a minute. */
export class PostgresRowCounts implements RowCounts {
  counts: Readonly<Record<string, number>> = {};
  countedAt: number | undefined;
  private attemptedAt = -Infinity;
  private isCounting = false;

  constructor(private readonly reader: DataSource) {}

  async refresh(): Promise<void> {
    const begun = Date.now();
    if (this.isCounting || begun - this.attemptedAt < MAX_COUNT_AGE_MS) return;
    this.attemptedAt = begun;
    this.isCounting = true;
    try {
      const tables = tablesWhere(({ entry }) => entry.role === 'content');
      const counts = tables.map((name) => `(SELECT count(*) FROM "${name}") AS "${name}"`).join(', ');
      const { rows } = await poolOf(this.reader).query<Record<string, number>>(`SELECT ${counts}`);
      this.counts = rows[0] ?? {};
      this.countedAt = begun;
    } catch {
      // The server does not answer in time; it is not asked again at once, as counting is much work.
    } finally {
      this.isCounting = false;
    }
  }
}
