import type { DataSource, ObjectLiteral, Repository } from 'typeorm';
import type { Part, Position, Slice } from '../../../paging/index.js';
import type { Conditions, Selection } from '../../list.js';
import type { Bounds, Query, Taken } from '../../query.js';
import { primaryColumnOf } from './columns.js';
import { readKeySlice } from './key-list.js';
import { ListStatement, type IndexScan } from './list-statement.js';
import { readRows, type Read } from './rows.js';
import { takeSlice, toSlice } from '../../take-slice.js';

/** A part of a list. */
export type ListRequest<Entity> = Selection<Entity> & Conditions<Entity> & Part;

/** Reads what may take long where it holds up nobody else. */
export type HeavyReader = (queries: readonly Query[], bounds?: Bounds) => Promise<Taken<Read['row']>[]>;

/** So many entries of the likeliest index are looked at before it is asked which index is the best. */
const PROBE_ENTRIES = 500;
/** The most entries of an index that are looked at for one slice: milliseconds, or more where the disk is read for it. */
const MOST_ENTRIES = 5000;

/**
 * Reads a slice of a list along an index, with a bound for the work that it takes: where more than one filter is given,
 * entries of the index that one of them leaves out are passed over, and the slice ends, short or even empty, when so
 * many entries were looked at. The index that leads farthest is taken: that of the filter that leaves the fewest rows.
 * @param heavy reads what the first entries did not fill the slice with.
 */
export async function readSlice<Entity extends ObjectLiteral, Row>(
  repository: Repository<Entity>,
  request: ListRequest<Entity>,
  heavy: HeavyReader,
): Promise<Slice<Row>> {
  if (primaryColumnOf(repository.metadata).propertyName === request.sortBy) {
    requireAllByKey(request);
    return readKeySlice<Entity, Row>(repository, request);
  }
  if (Object.values(request.oneOf ?? {}).some((values) => values?.length === 0)) {
    return { rows: [], next: undefined, bytes: 0 };
  }
  return new SliceOfList<Entity, Row>(repository, request, heavy).read();
}

/** @throws Error for what a list by key does not have yet, so that no filter is passed over. */
function requireAllByKey<Entity>(request: ListRequest<Entity>): void {
  const { order, columns, sizes, expressions, oneOf, flags, since, until } = request;
  const given = [columns, sizes, expressions, oneOf, flags, since, until];
  if (order === 'ASC' && given.every((one) => one === undefined)) return;
  throw new Error('A list by primary key is ascending, and has all rows and columns.');
}

class SliceOfList<Entity extends ObjectLiteral, Row> {
  private readonly statement: ListStatement<Entity>;
  private readonly dataSource: DataSource;

  constructor(
    repository: Repository<Entity>,
    private readonly request: ListRequest<Entity>,
    private readonly heavy: HeavyReader,
  ) {
    this.statement = new ListStatement(repository.metadata, request);
    this.dataSource = repository.manager.dataSource;
  }

  read(): Slice<Row> | Promise<Slice<Row>> {
    const { scans } = this.statement;
    const exact = scans.find((scan) => this.statement.isExact(scan));
    if (exact) return this.scan(exact, this.request.limit + 1);
    const probe = this.scan(scans[0], PROBE_ENTRIES);
    if (probe.next) return probe;
    return this.isShort(scans[0]) ? this.scan(scans[0], -1) : this.scanFar(scans);
  }

  private scan(index: IndexScan, most: number): Slice<Row> {
    const reads = readRows(this.dataSource, this.statement.rows(index, most));
    return takeSlice<Row>(reads, this.request, this.placeOf);
  }

  /** Whether the scan has few entries, so that all of them can be looked at. */
  private isShort(scan: IndexScan): boolean {
    const [beyond] = readRows(this.dataSource, this.statement.entry(scan, PROBE_ENTRIES));
    return beyond === undefined;
  }

  /** Scans the index that leads farthest. */
  private async scanFar(scans: readonly IndexScan[]): Promise<Slice<Row>> {
    const { scan, scanEnd } = await this.longestScan(scans);
    const { limit, maxBytes } = this.request;
    const [taken] = await this.heavy([this.statement.rows(scan, -1, scanEnd)], { limit, maxBytes });
    const scanned = toSlice(taken as Taken<Row>, this.placeOf);
    return { ...scanned, next: scanned.next ?? scanEnd };
  }

  /** The scan that leads farthest; without `scanEnd`, to the end of the list. */
  private async longestScan(
    scans: readonly IndexScan[],
  ): Promise<{ scan: IndexScan; scanEnd: Position | undefined }> {
    const ends = scans.map((scan) => this.statement.scanEnds(scan, MOST_ENTRIES));
    const found = await this.heavy(ends.flat());
    const candidates = scans.map((scan, index) => {
      const ofScan = found.splice(0, ends[index]?.length);
      return { scan, scanEnd: this.firstOf(ofScan.flatMap(({ rows }) => rows)) };
    });
    return candidates.reduce((best, one) =>
      best.scanEnd && (!one.scanEnd || this.isPast(one.scanEnd, best.scanEnd)) ? one : best,
    );
  }

  /** The first place at which a range of the scan has had its share of entries looked at. */
  private firstOf(ends: readonly Read['row'][]): Position | undefined {
    let first: Position | undefined;
    for (const { moment, id } of ends) {
      const place = { sortKey: String(moment), id: Number(id) };
      if (!first || this.isPast(first, place)) first = place;
    }
    return first;
  }

  private readonly placeOf = (row: Read['row']): Position => ({
    sortKey: String(row[this.request.sortBy]),
    id: Number(row['id']),
  });

  private isPast(one: Position, other: Position): boolean {
    const isGreater = one.sortKey === other.sortKey ? one.id > other.id : one.sortKey > other.sortKey;
    return isGreater === (this.request.order === 'ASC');
  }
}
