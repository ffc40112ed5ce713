import type { Query } from './query.js';
import type { CountCheck, QuarterSums, Upkeep } from './table-entry.js';
import { placesOf } from './queries/lists.js';

const MINUTE = 'substr("timestamp", 15, 2)';
const QUARTER = `CASE WHEN ${MINUTE} < '15' THEN '00' WHEN ${MINUTE} < '30' THEN '15' WHEN ${MINUTE} < '45' THEN '30' ELSE '45' END`;

/** The statements of a table of sums by quarter of an hour. Its first sum counts the rows. */
export class SumStatements {
  private readonly sums: readonly string[];
  private readonly key: string;
  private readonly columns: string;

  constructor(
    private readonly table: string,
    private readonly described: QuarterSums,
  ) {
    this.sums = Object.keys(described.amounts);
    this.key = `began_at, ${described.label}`;
    this.columns = [this.key, ...this.sums].join(', ');
  }

  get upkeep(): Upkeep {
    return {
      of: this.described.of,
      afterInsert: (keys) => this.add(rowsWith(keys)),
      beforeDelete: (condition) => this.subtract(condition),
    };
  }

  /** Counts the quarters that do not agree with their rows. */
  get check(): CountCheck {
    // Both tables as one list whose sums are 0 where they agree.
    const differences = `SELECT ${this.columns} FROM (${this.of('')}) AS counted
      UNION ALL SELECT ${this.key}, ${this.sums.map((sum) => `-${sum}`).join(', ')} FROM ${this.table}`;
    return {
      count: `SELECT count(*) FROM (SELECT 1 FROM (${differences}) AS differences GROUP BY ${this.key}
        HAVING ${this.sums.map((sum) => `sum(${sum}) <> 0`).join(' OR ')}) AS wrong`,
      message: `${this.table}: ${this.described.disagreement}`,
    };
  }

  /** The sums of the rows that satisfy a condition. Columns of the table stand before aliases in GROUP BY. */
  of(filter: string): string {
    const { of: source, label, amounts } = this.described;
    const quarter = `substr("timestamp", 1, 14) || ${QUARTER} || ':00.000Z' AS began_at`;
    const sums = Object.entries(amounts).map(([sum, amount]) => `sum(${amount}) AS ${sum}`);
    return `SELECT ${quarter}, substr(COALESCE(${label}, ''), 1, 255) AS ${label}, ${sums.join(', ')}
      FROM ${source} ${filter} GROUP BY 1, 2`;
  }

  /** Adds rows to the sums of their quarters. @param table of the same columns. */
  add({ text, values }: Query, table = this.table): Query {
    return {
      text: `INSERT INTO ${table} AS kept (${this.columns}) ${this.of(`WHERE ${text}`)} ORDER BY 1, 2
        ON CONFLICT (${this.key}) DO UPDATE SET ${this.each((sum) => `kept.${sum} + excluded.${sum}`)}`,
      values,
    };
  }

  /** Takes rows out again; nothing is left of quarters that have none any more. */
  subtract({ text, values }: Query): Query {
    const [rows = ''] = this.sums;
    const isSame = this.isSame('kept', 'gone');
    return {
      text: `WITH gone AS (${this.of(`WHERE ${text}`)}), emptied AS (
          DELETE FROM ${this.table} AS kept USING gone WHERE ${isSame} AND kept.${rows} = gone.${rows}
        )
        UPDATE ${this.table} AS kept SET ${this.each((sum) => `kept.${sum} - gone.${sum}`)}
        FROM gone WHERE ${isSame} AND kept.${rows} <> gone.${rows}`,
      values,
    };
  }

  /** The assignments of an UPDATE. */
  each(value: (sum: string) => string): string {
    return this.sums.map((sum) => `${sum} = ${value(sum)}`).join(', ');
  }

  isSame(one: string, other: string): string {
    const { label } = this.described;
    return `(${one}.began_at, ${one}.${label}) = (${other}.began_at, ${other}.${label})`;
  }
}

export function rowsWith(ids: readonly (string | number)[]): Query {
  return { text: `id IN (${placesOf(ids)})`, values: ids };
}
