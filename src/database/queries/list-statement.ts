import type { EntityMetadata } from 'typeorm';
import type { Position } from '../../paging/index.js';
import type { Query } from '../query.js';
import { columnOf, isText } from './columns.js';
import type { Dialect } from './dialect.js';
import { filtersOf, type Filter } from './list-filters.js';
import type { ListRequest } from './list.js';
import { textSizeOf } from './text-size.js';
import { READ_BYTES } from './take-slice.js';
import { withinBytes } from './within-bytes.js';

/** A scan of one index in list order. The residual predicates of the other filters are tested row by row. */
export interface IndexScan {
  readonly filter?: Filter;
  /** The parts of the index, each in list order; missing where all of it is scanned. */
  readonly ranges?: readonly Query[] | undefined;
}

const ALL: Query = { text: '', values: [] };

/**
 * The SQL of a list. The text depends on the shape of the request only, so that each shape is prepared once. Each
 * statement reads keys from one index first, whose entries are small and adjacent, and joins the rows to them (deferred
 * join).
 */
export class ListStatement<Entity> {
  private readonly filters: readonly Filter[];
  private readonly table: string;
  private readonly sortColumn: string;
  private readonly selection: string;
  private readonly properties: readonly string[];
  private readonly isAscending: boolean;

  constructor(
    private readonly metadata: EntityMetadata,
    private readonly request: ListRequest<Entity>,
    private readonly dialect: Dialect,
  ) {
    const { columns, sortBy, order } = request;
    this.table = `"${metadata.tableName}"`;
    this.sortColumn = this.column(sortBy);
    this.isAscending = order === 'ASC';
    this.properties = columns ?? metadata.columns.map(({ propertyName }) => propertyName);
    this.selection = [
      ...this.properties.map((property) => `${this.column(property)} AS "${property}"`),
      ...this.expressions().map(([name, expression]) => `${expression} AS "${name}"`),
    ].join(', ');
    this.filters = filtersOf(metadata, request, dialect);
  }

  /** Every index scan that can read this list, the most promising first; the last one scans the whole list. */
  get scans(): readonly [IndexScan, ...IndexScan[]] {
    const { anyOf } = this.request;
    if (anyOf) return [{ ranges: anyOf }];
    const indexed = this.filters.filter(({ ranges }) => ranges !== undefined);
    return [...indexed.map((filter) => ({ filter, ranges: filter.ranges })), {}] as unknown as [
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
   * @param maxKeys limit of scanned keys; undefined for none.
   * @param scanEnd the last position of the scan.
   */
  rows(scan: IndexScan, maxKeys: number | undefined, scanEnd?: Position): Query {
    const keys = this.keys(scan, maxKeys, scanEnd);
    const residuals = this.filters.filter((filter) => filter !== scan.filter).map(({ residual }) => residual);
    const isSame = `${this.column('id')} = "key"."id"`;
    const condition = [isSame, ...residuals.map(({ text }) => text)].join(' AND ');
    const { lookUp, noLimit, readsOneByOne } = this.dialect;
    // Where the order of a join is not certain, the rows are sorted: they are in order already where it was kept.
    const order = readsOneByOne ? '' : ` ORDER BY ${this.orderBy('"key"."sortKey"', '"key"."id"')}`;
    const limits = [maxKeys ?? noLimit, ...residuals.flatMap(({ values }) => values), this.request.limit + 1];
    const query = {
      text:
        `SELECT ${this.selection} FROM (${keys.text} LIMIT ?) AS "key" ` +
        `${lookUp(this.table, condition)}${order} LIMIT ?`,
      values: [...keys.values, ...limits],
    };
    return this.withinBytes(query);
  }

  private withinBytes(query: Query): Query {
    const { sortBy, maxBytes, readBytes } = this.request;
    const computed = this.expressions().map(([name]) => name);
    return withinBytes(
      this.dialect,
      query,
      {
        properties: [...this.properties, ...computed.filter((name) => name !== READ_BYTES)],
        texts: this.properties.filter((property) => isText(columnOf(this.metadata, property))),
        order: this.orderBy(`"${sortBy}"`, '"id"'),
        hasReadBytes: readBytes !== undefined,
      },
      maxBytes,
    );
  }

  private orderBy(sortKey: string, id: string): string {
    return `${sortKey} ${this.request.order}, ${id} ${this.request.order}`;
  }

  /** The entry of a scan that comes after so many others, if there is one. */
  entry(scan: IndexScan, after: number): Query {
    const keys = this.keys(scan, after + 1);
    return { text: `${keys.text} LIMIT 1 OFFSET ?`, values: [...keys.values, after] };
  }

  /**
   * Selects, for each range of a scan, the position of its last key when `maxKeys` keys are scanned in all: one statement
   * per range, each with an equal share.
   */
  scanEnds({ ranges }: IndexScan, maxKeys: number): Query[] {
    const each = ranges?.map((range) => ({ ranges: [range] })) ?? [{}];
    const offset = Math.ceil(maxKeys / each.length) - 1;
    return each.map((range) => this.entry(range, offset));
  }

  /**
   * Selects the keys of a scan in list order.
   * @param limit how many of them are read at most; undefined where the end of the scan bounds them.
   */
  private keys({ ranges = [ALL] }: IndexScan, limit: number | undefined, scanEnd?: Position): Query {
    const span = this.range(scanEnd);
    const order = ` ORDER BY ${this.orderBy('"sortKey"', '"id"')}`;
    // Where ranges are not merged, each gives no more than all of them may.
    const isCut = ranges.length > 1 && limit !== undefined && !this.dialect.mergesRanges;
    const selects = ranges.map(({ text }) => {
      const conditions = [text, ...span.map((bound) => bound.text)].filter((one) => one !== '');
      const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
      const select = `SELECT ${this.sortColumn} AS "sortKey", ${this.column('id')} AS "id" FROM ${this.table}${where}`;
      return isCut ? `(${select}${order} LIMIT ?)` : select;
    });
    const bounds = [...span.flatMap(({ values }) => values), ...(isCut ? [limit] : [])];
    return {
      // One SELECT per range, merged in order: each walks its part of the index, whereas IN would sort or scan.
      text: `${selects.join(' UNION ALL ')}${order}`,
      values: ranges.flatMap(({ values }) => [...values, ...bounds]),
    };
  }

  /**
   * At most one bound per side: SQLite seeks by one bound only, and would scan from the wider to the narrower one. A
   * position always lies within the time span of the list. PostgreSQL takes a range between two pairs for a large part of
   * the table, and then prefers to read that part whole and sort it: there the first column has a bound of its own too.
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
    const pair = `(${this.sortColumn}, ${this.column('id')}) ${comparison} (?, ?)`;
    if (this.dialect.estimatesPairs) return { text: pair, values: [sortKey, id] };
    const first = `${this.sortColumn} ${comparison.startsWith('<') ? '<=' : '>='} ?`;
    return { text: `${pair} AND ${first}`, values: [sortKey, id, sortKey] };
  }

  private timeBound(comparison: string, moment: string | undefined): Query | undefined {
    return moment === undefined
      ? undefined
      : { text: `${this.sortColumn} ${comparison} ?`, values: [moment] };
  }

  /** The computed columns: name and expression. */
  private expressions(): [name: string, expression: string][] {
    const { sizes = {}, expressions = {}, readBytes } = this.request;
    return [
      ...Object.entries(sizes).map(([name, property]): [string, string] => [
        name,
        textSizeOf(this.metadata, property),
      ]),
      ...Object.entries(expressions),
      ...(readBytes === undefined ? [] : [[READ_BYTES, readBytes] as [string, string]]),
    ];
  }

  private column(property: string): string {
    return `${this.table}."${this.databaseName(property)}"`;
  }

  private databaseName(property: string): string {
    return columnOf(this.metadata, property).databaseName;
  }
}
