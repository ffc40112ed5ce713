import pg, { type QueryResultRow } from 'pg';
import type { PostgresOptions } from '../../database.options.js';
import { clientOptions } from '../connection/client-options.js';

/** What two of them show of a server that one does not. */
export class Session {
  readonly client: pg.Client;

  private constructor(server: PostgresOptions) {
    this.client = new pg.Client(clientOptions(server));
    // It is told to whoever asks next.
    this.client.on('error', () => undefined);
  }

  /** @throws the error of the server. */
  static async open(server: PostgresOptions): Promise<Session> {
    const session = new Session(server);
    await session.client.connect();
    return session;
  }

  /** The process of the server as it was told when the connection was made. */
  get announcedProcess(): number | null {
    return (this.client as unknown as { processID: number | null }).processID;
  }

  /** The same as a `DataSource` has it. */
  async query<Rows>(text: string, values?: readonly unknown[]): Promise<Rows> {
    const { rows } = await this.client.query(text, values && [...values]);
    return rows as Rows;
  }

  /** The only row of a statement. */
  async one<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row> {
    const [row] = await this.query<Row[]>(text, values);
    if (!row) throw new Error('The server answers nothing.');
    return row;
  }

  /** Work in a transaction that leaves nothing behind. */
  async undone<T>(work: () => Promise<T>, isolation = 'READ COMMITTED'): Promise<T> {
    await this.client.query(`BEGIN ISOLATION LEVEL ${isolation}`);
    try {
      return await work();
    } finally {
      await this.client.query('ROLLBACK');
    }
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}
