import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { StoredTables } from '../../copy/ends.js';
import { FoundRows } from '../../copy/found-rows.js';
import type { KeptTable } from '../../copy/kept-tables.js';
import { fromLine, type CopiedRow } from '../../copy/row-text.js';
import { sequenceOf } from '../queries/read-snapshot.js';
import type { ColumnTypes } from './column-types.js';
import { linesOf } from './lines.js';

const ROWS_PER_SLICE = 1000;
const CHARACTERS_PER_SLICE = 2 * 1_048_576;

/** The rows of the kept tables of a database, as the transaction of a connection sees them. */
export class PostgresRows implements StoredTables {
  readonly unreadable = new FoundRows();

  constructor(
    private readonly client: Client,
    private readonly types: ColumnTypes,
  ) {}

  async count({ name }: KeptTable): Promise<number> {
    const { rows } = await this.client.query<{ count: number }>(`SELECT count(*) AS count FROM "${name}"`);
    return rows[0]?.count ?? 0;
  }

  async lastId({ name }: KeptTable): Promise<number> {
    const { rows } = await this.client.query<{ last: number }>(
      `SELECT GREATEST((SELECT max(id) FROM "${name}"), last_value - CASE WHEN is_called THEN 0 ELSE 1 END) AS last
       FROM "${sequenceOf(name)}"`,
    );
    return rows[0]?.last ?? 0;
  }

  /** As a stream, which the server sends as fast as it is read, however large the rows are. */
  async *slices(table: KeptTable): AsyncGenerator<readonly CopiedRow[]> {
    const columns = table.columns.map(({ column }) => `"${column}"`).join(', ');
    const order = table.key.map((column) => `"${column}"`).join(', ');
    const select = `SELECT ${columns} FROM "${table.name}" ORDER BY ${order}`;
    const types = this.types.of(table).map(({ type }) => type);
    let rows: CopiedRow[] = [];
    let characters = 0;
    for await (const line of linesOf(this.client.query(copyTo(`COPY (${select}) TO STDOUT`)))) {
      rows.push(fromLine(line, types));
      characters += line.length;
      if (rows.length < ROWS_PER_SLICE && characters < CHARACTERS_PER_SLICE) continue;
      yield rows;
      [rows, characters] = [[], 0];
    }
    if (rows.length > 0) yield rows;
  }
}
