import type { EntityMetadata } from 'typeorm';
import type { Position } from '../../paging/index.js';
import type { Query, Value } from '../query.js';
import { READ_BYTES } from '../take-slice.js';
import { columnOf } from './columns.js';
import type { ListRequest } from './list.js';

/** A condition of a list, with the index that holds the matching rows in list order. */
interface Filter {
  /** The values of one column, each a range of the index; none for a flag. */
  readonly values: readonly Value[] | undefined;
  /** The condition for the index seek: for one of the values, or for the flag. */
  readonly indexCondition: string | undefined;
  /** The residual predicate: the condition on a row (`key`) that a scan of another index has found. */
  readonly residual: Query;
}

/** A scan of one index in list order. The residual predicates of the other filters are tested row by row. */
export interface IndexScan {
  readonly filter: Filter | undefined;
}

/**
 * The SQL of a list. The text depends on the shape of the request only, so that each shape is prepared once. Each
 * statement reads keys from one index first, whose entries are small and adjacent, and joins the rows to them (deferred
 * join): SQLite never reorders a CROSS JOIN, which keeps the order of the keys.
 */
export class ListStatement<Entity> {
  private readonly filters: readonly Filter[];
  private readonly table: string;
  private readonly sortColumn: string;
  private readonly selection: string;
  private readonly isAscending: boolean;

  constructor(
    private readonly metadata: EntityMetadata,
    private readonly request: ListRequest<Entity>,
  ) {
    const { columns, sortBy, order } = request;
    this.table = `"${metadata.tableName}"`;
    this.sortColumn = this.column(sortBy);
    this.isAscending = order === 'ASC';
    const properties = columns ?? metadata.columns.map(({ propertyName }) => propertyName);
    this.selection = [
      ...properties.map((property) => `${this.column(property)} AS "${property}"`),
      ...this.expressions(),
    ].join(', ');
    this.filters = [...this.flagFilters(), ...this.valueFilters()];
  }

  /** Every index scan that can read this list, the most promising first; the last one scans the whole list. */
  get scans(): readonly [IndexScan, ...IndexScan[]] {
    const indexed = this.filters.filter(({ indexCondition }) => indexCondition !== undefined);
    return [...indexed.map((filter) => ({ filter })), { filter: undefined }] as unknown as [
      IndexScan,
      ...IndexScan[],
    ];
  }

  /** Whether the scan needs no residual predicate. */
  isExact({ filter }: IndexScan): boolean {
    return this.filters.every((one) => one === filter);
  }

  /**
   * Selects the rows of the list from a scan.
   * @param maxKeys limit of scanned keys; -1 for none.
   * @param scanEnd the last position of the scan.
   */
  rows(scan: IndexScan, maxKeys: number, scanEnd?: Position): Query {
    const keys = this.keys(scan, scanEnd);
    const residuals = this.filters.filter((filter) => filter !== scan.filter).map(({ residual }) => residual);
    const where = residuals.length > 0 ? ` WHERE ${residuals.map(({ text }) => text).join(' AND ')}` : '';
    return {
      text:
        `SELECT ${this.selection} FROM (${keys.text} LIMIT ?) AS "key" ` +
        `CROSS JOIN ${this.table} ON ${this.column('id')} = "key"."id"${where} LIMIT ?`,
      values: [...keys.values, maxKeys, ...residuals.flatMap(({ values }) => values), this.request.limit + 1],
    };
  }

  /** The entry of a scan that comes after so many others, if there is one. */
  entry(scan: IndexScan, after: number): Query {
    const keys = this.keys(scan);
    return { text: `${keys.text} LIMIT 1 OFFSET ?`, values: [...keys.values, after] };
  }

  /**
   * Selects, for each range of a scan, the position of its last key when `maxKeys` keys are scanned in all: one statement
   * per range, each with an equal share.
   */
  scanEnds({ filter }: IndexScan, maxKeys: number): Query[] {
    const choices = filter?.values?.map((value) => ({ ...filter, values: [value] })) ?? [filter];
    const offset = Math.ceil(maxKeys / choices.length) - 1;
    return choices.map((choice) => this.entry({ filter: choice }, offset));
  }

  /** Selects the keys of a scan in list order. */
  private keys({ filter }: IndexScan, scanEnd?: Position): Query {
    const range = this.range(scanEnd);
    const conditions = [
      ...(filter?.indexCondition ? [filter.indexCondition] : []),
      ...range.map(({ text }) => text),
    ];
    const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
    const select = `SELECT ${this.sortColumn} AS "sortKey", ${this.column('id')} AS "id" FROM ${this.table}${where}`;
    const bounds = range.flatMap(({ values }) => values);
    const choices = filter?.values?.map((value) => [value]) ?? [[]];
    const { order } = this.request;
    return {
      // One SELECT per value, merged in order: each walks its range of the index, whereas IN would sort or scan.
      text: `${choices.map(() => select).join(' UNION ALL ')} ORDER BY "sortKey" ${order}, "id" ${order}`,
      values: choices.flatMap((choice) => [...choice, ...bounds]),
    };
  }

  /**
   * At most one bound per side: SQLite seeks by one bound only, and would scan from the wider to the narrower one. A
   * position always lies within the time span of the list.
   */
  private range(scanEnd: Position | undefined): Query[] {
    const { since, until, after } = this.request;
    const isUp = this.isAscending;
    const [from, to] = isUp ? [after, scanEnd] : [scanEnd, after];
    const lower = from ? this.positionBound(isUp ? '>' : '>=', from) : this.timeBound('>=', since);
    const upper = to ? this.positionBound(isUp ? '<=' : '<', to) : this.timeBound('<', until);
    return [lower, upper].filter((bound) => bound !== undefined);
  }

  private positionBound(comparison: string, { sortKey, id }: Position): Query {
    return { text: `(${this.sortColumn}, ${this.column('id')}) ${comparison} (?, ?)`, values: [sortKey, id] };
  }

  private timeBound(comparison: string, moment: string | undefined): Query | undefined {
    return moment === undefined
      ? undefined
      : { text: `${this.sortColumn} ${comparison} ?`, values: [moment] };
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
   * A partial index holds the rows in which a flag is false. The residual predicate looks keys up in it too, because in the
   * row the flag may lie behind a megabyte of text.
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
        `AND ("other"."${this.databaseName(this.request.sortBy)}", "other"."id") = ("key"."sortKey", "key"."id"))`;
      const text = flag ? `NOT ${isIn} AND ${this.column(property)} = 1` : isIn;
      return [
        { values: undefined, indexCondition: flag ? undefined : isFalse, residual: { text, values: [] } },
      ];
    });
  }

  /** The computed columns. */
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
