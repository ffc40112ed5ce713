import type { DataSource, ObjectLiteral, Repository } from 'typeorm';
import type { Part, Position, Slice } from '../../../paging/index.js';
import type { Conditions, Selection } from '../../list.js';
import { primaryColumnOf } from './columns.js';
import { readKeySlice } from './key-list.js';
import { ListStatement, type IndexScan } from './list-statement.js';
import { readRows } from './rows.js';
import { takeSlice } from '../../take-slice.js';

/** A part of a list. */
export type ListRequest<Entity> = Selection<Entity> & Conditions<Entity> & Part;

/** So many entries of the likeliest index are looked at before it is asked which index is the best. */
const PROBE_ENTRIES = 500;
/** The most entries of an index that are looked at for one slice: a few milliseconds of work. */
const MOST_ENTRIES = 5000;

/**
 * Reads a slice of a list along an index, with a bound for the work that it takes: where more than one filter is given,
 * entries of the index that one of them leaves out are passed over, and the slice ends, short or even empty, when so
 * many entries were looked at. The index that leads farthest is taken: that of the filter that leaves the fewest rows.
 */
// eslint-disable-next-line @typescript-eslint/require-await -- what fails has to reject
export async function readSlice<Entity extends ObjectLiteral, Row>(
  repository: Repository<Entity>,
  request: ListRequest<Entity>,
): Promise<Slice<Row>> {
  if (primaryColumnOf(repository.metadata).propertyName === request.sortBy) {
    return readKeySlice<Entity, Row>(repository, request);
  }
  if (Object.values(request.oneOf ?? {}).some((values) => values?.length === 0)) {
    return { rows: [], next: undefined, bytes: 0 };
  }
  return new SliceOfList<Entity, Row>(repository, request).read();
}

class SliceOfList<Entity extends ObjectLiteral, Row> {
  private readonly statement: ListStatement<Entity>;
  private readonly dataSource: DataSource;

  constructor(
    repository: Repository<Entity>,
    private readonly request: ListRequest<Entity>,
  ) {
    this.statement = new ListStatement(repository.metadata, request);
    this.dataSource = repository.manager.dataSource;
  }

  read(): Slice<Row> {
    const { scans } = this.statement;
    const exact = scans.find((scan) => this.statement.isExact(scan));
    if (exact) return this.scan(exact, this.request.limit + 1);
    const probe = this.scan(scans[0], PROBE_ENTRIES);
    if (probe.next) return probe;
    const { scan, scanEnd } = this.longestScan(scans);
    const scanned = this.scan(scan, -1, scanEnd);
    return { ...scanned, next: scanned.next ?? scanEnd };
  }

  private scan(index: IndexScan, most: number, scanEnd?: Position): Slice<Row> {
    const reads = readRows(this.dataSource, this.statement.rows(index, most, scanEnd));
    const { sortBy } = this.request;
    return takeSlice<Row>(reads, this.request, (row) => ({
      sortKey: String(row[sortBy]),
      id: Number(row['id']),
    }));
  }

  /** The scan that leads longestScan; without `scanEnd`, to the end of the list. */
  private longestScan(scans: readonly IndexScan[]): { scan: IndexScan; scanEnd: Position | undefined } {
    const candidates = scans.map((scan) => ({ scan, scanEnd: this.scanEndOf(scan) }));
    return candidates.reduce((best, one) =>
      best.scanEnd && (!one.scanEnd || this.isPast(one.scanEnd, best.scanEnd)) ? one : best,
    );
  }

  /** The first place at which a range of the scan has had its share of entries looked at. */
  private scanEndOf(scan: IndexScan): Position | undefined {
    let first: Position | undefined;
    for (const statement of this.statement.scanEnds(scan, MOST_ENTRIES)) {
      for (const { row } of readRows(this.dataSource, statement)) {
        const place = { sortKey: String(row['moment']), id: Number(row['id']) };
        if (!first || this.isPast(first, place)) first = place;
      }
    }
    return first;
  }

  private isPast(one: Position, other: Position): boolean {
    const isGreater = one.sortKey === other.sortKey ? one.id > other.id : one.sortKey > other.sortKey;
    return isGreater === (this.request.order === 'ASC');
  }
}
