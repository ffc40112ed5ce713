import type { EntityMetadata } from 'typeorm';
import type { Position } from '../../../paging/index.js';
import type { Query, Value } from '../../query.js';
import { READ_BYTES } from '../../take-slice.js';
import { columnOf } from './columns.js';
import type { ListRequest } from './list.js';

/** A condition of a list, and the index along which the rows that meet it lie in the order of the list. */
interface Filter {
  /** The values of one column, each of which has a range of the index; none for a flag. */
  readonly values: readonly Value[] | undefined;
  /** The condition by which SQLite seeks in the index: for one of the values, or for the flag. */
  readonly indexCondition: string | undefined;
  /** The condition on a row, named `key`, that a scan of another index has found: the residual predicate. */
  readonly residual: Query;
}

/** A scan of one index, in the order of the list. The conditions of the other filters are tested row by row. */
export interface IndexScan {
  readonly filter: Filter | undefined;
}

/**
 * The statements that read a list. Their text depends on the shape of the request alone, so that each shape is prepared
 * once. All read keys along one index first, where entries are small and lie side by side, and then the rows of these
 * keys: the outer loop of a CROSS JOIN is the left one, which keeps the order of the keys.
 */
export class ListStatement<Entity> {
  private readonly filters: readonly Filter[];
  private readonly table: string;
  private readonly moment: string;
  private readonly selection: string;
  private readonly isAscending: boolean;

  constructor(
    private readonly metadata: EntityMetadata,
    private readonly request: ListRequest<Entity>,
  ) {
    const { columns, sortBy, order } = request;
    this.table = `"${metadata.tableName}"`;
    this.moment = this.column(sortBy);
    this.isAscending = order === 'ASC';
    const properties = columns ?? metadata.columns.map(({ propertyName }) => propertyName);
    this.selection = [
      ...properties.map((property) => `${this.column(property)} AS "${property}"`),
      ...this.expressions(),
    ].join(', ');
    this.filters = [...this.flagFilters(), ...this.valueFilters()];
  }

  /** Every index scan by which this list can be read, the likeliest first; the last is that of the whole list. */
  get scans(): readonly [IndexScan, ...IndexScan[]] {
    const indexed = this.filters.filter(({ indexCondition }) => indexCondition !== undefined);
    return [...indexed.map((filter) => ({ filter })), { filter: undefined }] as unknown as [
      IndexScan,
      ...IndexScan[],
    ];
  }

  /** Whether each key of the scan is one of the list, so that no residual predicate is left. */
  isExact({ filter }: IndexScan): boolean {
    return this.filters.every((one) => one === filter);
  }

  /**
   * The rows of the list that a scan finds.
   * @param most how many keys are looked at; -1 for all of them.
   * @param scanEnd the last place that is looked at.
   */
  rows(scan: IndexScan, most: number, scanEnd?: Position): Query {
    const keys = this.keys(scan, scanEnd);
    const residuals = this.filters.filter((filter) => filter !== scan.filter).map(({ residual }) => residual);
    const where = residuals.length > 0 ? ` WHERE ${residuals.map(({ text }) => text).join(' AND ')}` : '';
    return {
      text:
        `SELECT ${this.selection} FROM (${keys.text} LIMIT ?) AS "key" ` +
        `CROSS JOIN ${this.table} ON ${this.column('id')} = "key"."id"${where} LIMIT ?`,
      values: [...keys.values, most, ...residuals.flatMap(({ values }) => values), this.request.limit + 1],
    };
  }

  /**
   * For each range of a scan the place of the last key, where so many keys of the scan are looked at: one statement a
   * range, as all have their share.
   */
  scanEnds({ filter }: IndexScan, most: number): Query[] {
    const choices = filter?.values?.map((value) => ({ ...filter, values: [value] })) ?? [filter];
    const offset = Math.ceil(most / choices.length) - 1;
    return choices.map((choice) => {
      const keys = this.keys({ filter: choice });
      return { text: `${keys.text} LIMIT 1 OFFSET ?`, values: [...keys.values, offset] };
    });
  }

  /** The keys of the scan, in order. */
  private keys({ filter }: IndexScan, scanEnd?: Position): Query {
    const range = this.range(scanEnd);
    const conditions = [
      ...(filter?.indexCondition ? [filter.indexCondition] : []),
      ...range.map(({ text }) => text),
    ];
    const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
    const select = `SELECT ${this.moment} AS "moment", ${this.column('id')} AS "id" FROM ${this.table}${where}`;
    const bounds = range.flatMap(({ values }) => values);
    const choices = filter?.values?.map((value) => [value]) ?? [[]];
    const { order } = this.request;
    return {
      // One select for each value, merged in order: each walks its range of the index, where IN would sort or scan.
      text: `${choices.map(() => select).join(' UNION ALL ')} ORDER BY "moment" ${order}, "id" ${order}`,
      values: choices.flatMap((choice) => [...choice, ...bounds]),
    };
  }

  /**
   * At most one bound on each side: SQLite seeks by one, and would walk from a wider one to a narrower one. A place lies
   * within the span that the list was cut to.
   */
  private range(scanEnd: Position | undefined): Query[] {
    const { since, until, after } = this.request;
    const isUp = this.isAscending;
    const [from, to] = isUp ? [after, scanEnd] : [scanEnd, after];
    const lower = from ? this.place(isUp ? '>' : '>=', from) : this.span('>=', since);
    const upper = to ? this.place(isUp ? '<=' : '<', to) : this.span('<', until);
    return [lower, upper].filter((bound) => bound !== undefined);
  }

  private place(comparison: string, { sortKey, id }: Position): Query {
    return { text: `(${this.moment}, ${this.column('id')}) ${comparison} (?, ?)`, values: [sortKey, id] };
  }

  private span(comparison: string, moment: string | undefined): Query | undefined {
    return moment === undefined ? undefined : { text: `${this.moment} ${comparison} ?`, values: [moment] };
  }

  private valueFilters(): Filter[] {
    const given = Object.entries<readonly Value[] | undefined>(this.request.oneOf ?? {});
    return given.flatMap(([property, given]) => {
      if (!given) return [];
      const values = [...new Set(given)];
      const column = this.column(property);
      const residual = { text: `${column} IN (${values.map(() => '?').join(', ')})`, values };
      return [{ values, indexCondition: `${column} = ?`, residual }];
    });
  }

  /**
   * A partial index holds the rows in which a flag is false. It also tells whether a key is one of them: in the row,
   * the flag may lie behind a megabyte of text.
   */
  private flagFilters(): Filter[] {
    return Object.entries<boolean | undefined>(this.request.flags ?? {}).flatMap(([property, flag]) => {
      if (flag === undefined) return [];
      const databaseName = this.databaseName(property);
      const isFalse = `"${databaseName}" = 0`;
      const index = this.metadata.indices.find(({ where }) => where === isFalse);
      if (!index) throw new Error(`${this.metadata.name} has no index of the rows where ${isFalse}`);
      const isIn =
        `EXISTS (SELECT 1 FROM ${this.table} AS "other" INDEXED BY "${index.name}" WHERE "other".${isFalse} ` +
        `AND ("other"."${this.databaseName(this.request.sortBy)}", "other"."id") = ("key"."moment", "key"."id"))`;
      const text = flag ? `NOT ${isIn} AND ${this.column(property)} = 1` : isIn;
      return [
        { values: undefined, indexCondition: flag ? undefined : isFalse, residual: { text, values: [] } },
      ];
    });
  }

  /** What is selected beside columns. */
  private expressions(): string[] {
    const { sizes = {}, expressions = {}, readBytes } = this.request;
    const named = [
      ...Object.entries(sizes).map(([name, property]) => [name, `octet_length(${this.column(property)})`]),
      ...Object.entries(expressions),
      ...(readBytes === undefined ? [] : [[READ_BYTES, readBytes]]),
    ];
    return named.map(([name, expression]) => `${expression} AS "${name}"`);
  }

  private column(property: string): string {
    return `${this.table}."${this.databaseName(property)}"`;
  }

  private databaseName(property: string): string {
    return columnOf(this.metadata, property).databaseName;
  }
}
