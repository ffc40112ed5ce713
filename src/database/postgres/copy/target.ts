import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { CATALOGUE, tablesWhere } from '../../catalogue.js';
import { reasonAgainst } from '../../copy/column-rules.js';
import { RowsRefused, type CopyTarget } from '../../copy/ends.js';
import { KEPT_TABLES, keyText, type KeptTable } from '../../copy/kept-tables.js';
import type { CopiedCell, CopiedRow } from '../../copy/row-text.js';
import { databaseUnavailable } from '../../database-problems.js';
import { renewedIdentity } from '../../feed/identity.js';
import { SumStatements } from '../../quarter-sums.js';
import type { Query } from '../../query.js';
import { sqlStateOf } from '../connection/errors.js';
import { POSTGRES_DIALECT } from '../queries/dialect.js';
import { sequenceOf } from '../queries/read-snapshot.js';
import type { ColumnTypes } from './column-types.js';
import type { LaterIndexes } from './later-indexes.js';
import { PostgresRows } from './stored-rows.js';

/** SQLSTATE: an integrity constraint is violated, a value is none of its type, or is longer than an index holds. */
const ROW_CODE = /^(2[23]|54000)/;
/** The number of the line among those that were sent. */
const LINE = /line (\d+)/;

/** An empty database that is filled in the transaction of a connection, which holds its tables. */
export class PostgresCopyTarget implements CopyTarget {
  readonly written: PostgresRows;
  private readonly begun = new Set<KeptTable>();

  constructor(
    private readonly client: Client,
    private readonly types: ColumnTypes,
    private readonly indexes: LaterIndexes,
  ) {
    this.written = new PostgresRows(client, types);
  }

  refuses(table: KeptTable, index: number, cell: CopiedCell): string | undefined {
    const rule = this.types.of(table)[index];
    return rule && reasonAgainst(cell, rule);
  }

  async write(table: KeptTable, rows: readonly CopiedRow[], text: string): Promise<void> {
    if (!this.begun.has(table) && (table.isFilledByOthers || table.holdsSecrets)) await this.empty(table);
    this.begun.add(table);
    const columns = table.columns.map(({ column }) => `"${column}"`).join(', ');
    try {
      await this.send(`COPY "${table.name}" (${columns}) FROM STDIN`, text);
    } catch (error) {
      if (!ROW_CODE.test(sqlStateOf(error) ?? '')) throw error;
      const { message, where } = error as Error & { where?: string };
      const row = rows[Number(LINE.exec(where ?? '')?.[1]) - 1];
      throw new RowsRefused([`${table.name} ${row ? keyText(table, row) : 'of an unknown key'}: ${message}`]);
    }
  }

  /** `setval` would stay where the transaction is rolled back. */
  async raiseLastId({ name }: KeptTable, last: number): Promise<void> {
    await this.client.query(`ALTER SEQUENCE "${sequenceOf(name)}" RESTART WITH ${last + 1}`);
  }

  /** Nothing of what a database that was emptied has computed is true of these rows. The search index follows them later. */
  async complete(): Promise<void> {
    await this.indexes.make();
    const rebuilt = CATALOGUE.filter(({ entry }) => entry.role === 'derived' && !entry.kept);
    for (const { name, entry } of rebuilt) {
      if (entry.role !== 'derived' || name === WAITING || name === MARKS) continue;
      await this.client.query(`DELETE FROM "${name}"`);
      if (entry.sums) await this.run(new SumStatements(name, entry.sums).add(ALL));
    }
    await this.client.query(`UPDATE ${MARKS} SET mark = 0, rows = 0`);
    await this.client.query(ALL_WAITING);
    await this.run(renewedIdentity());
    // The planner would know nothing of the rows until the server looks at them by itself.
    for (const name of ANALYZED) await this.client.query(`ANALYZE "${name}"`);
  }

  async finish(): Promise<readonly string[]> {
    const { command } = await this.client.query('COMMIT');
    // The server answers the COMMIT of an aborted transaction without an error.
    if (command !== 'COMMIT') throw databaseUnavailable('The database server did not commit.');
    return [];
  }

  private async empty({ name }: KeptTable): Promise<void> {
    await this.client.query(`DELETE FROM "${name}"`);
  }

  private async send(statement: string, text: string): Promise<void> {
    const stream: Writable = this.client.query(copyFrom(statement));
    stream.end(text);
    await finished(stream);
  }

  private async run({ text, values }: Query): Promise<void> {
    await this.client.query(POSTGRES_DIALECT.toDriver(text), [...values]);
  }
}

const MARKS = 'search_marks';
/** Filled by a trigger, where the engine has triggers. */
const WAITING = 'snapshots_to_compare';
const ALL_WAITING = `INSERT INTO ${WAITING} ("timestamp", id) SELECT "timestamp", id FROM cluster_snapshots
  ORDER BY 1, 2 ON CONFLICT DO NOTHING`;
const ALL: Query = { text: 'true', values: [] };
const ANALYZED = [
  ...KEPT_TABLES.map(({ name }) => name),
  ...tablesWhere(({ entry }) => entry.role === 'derived' && entry.sums !== undefined),
];
