import type { ObjectLiteral, Repository } from 'typeorm';
import type { Part, Position, Slice } from '../../paging/index.js';
import type { Conditions, Selection } from '../list.js';
import type { Value } from '../query.js';
import { primaryColumnOf } from './columns.js';
import { readKeySlice } from './key-list.js';
import { ListStatement, type IndexScan } from './list-statement.js';
import type { RawRow, RowReader } from './dialect.js';
import { toSlice } from './take-slice.js';

/** A part of a list. */
export type ListRequest<Entity> = Selection<Entity> & Conditions<Entity> & Part;

const NOTHING = { rows: [], isCut: false, bytes: 0 };

/** Entries of the likeliest index that are scanned before the best index is determined. */
const PROBE_ENTRIES = 500;
/** The most index entries that one slice scans: milliseconds from the cache, more from the disk. */
const MAX_SCANNED_ENTRIES = 5000;

/**
 * Reads a slice of a list along one index with bounded work. With more than one filter, entries that do not match the
 * others are skipped, and the slice ends, short or even empty, after a maximum of scanned entries. The index of the most
 * selective filter is used: the one whose scan reaches farthest in the order of the list.
 * Where the first entries do not fill the slice, the rest is read outside the event loop.
 * @param signal drops the read while it waits for that.
 */
export async function readSlice<Entity extends ObjectLiteral, Row>(
  repository: Repository<Entity>,
  request: ListRequest<Entity>,
  reader: RowReader,
  signal?: AbortSignal,
): Promise<Slice<Row>> {
  if (primaryColumnOf(repository.metadata).propertyName === request.sortBy) {
    requireAllByKey(request);
    return readKeySlice<Entity, Row>(repository, request, reader);
  }
  const oneOf = storable(request);
  if (Object.values(oneOf ?? {}).some((values) => values?.length === 0)) {
    return { ...NOTHING, next: undefined };
  }
  return new SliceOfList<Entity, Row>(repository, { ...request, oneOf }, reader, signal).read();
}

/** No stored text has a NUL, and PostgreSQL takes none even to look for it. */
function storable<Entity>({ oneOf }: ListRequest<Entity>): ListRequest<Entity>['oneOf'] {
  const isStorable = (value: Value): boolean => typeof value !== 'string' || !value.includes('\0');
  const columns = Object.entries<readonly Value[] | undefined>(oneOf ?? {});
  return Object.fromEntries(
    columns.map(([property, values]) => [property, values?.filter(isStorable)]),
  ) as ListRequest<Entity>['oneOf'];
}

/** @throws Error for options that a list by primary key does not support, so that no filter is ignored. */
function requireAllByKey<Entity>(request: ListRequest<Entity>): void {
  const { order, columns, sizes, expressions, oneOf, flags, anyOf, since, until } = request;
  const given = [columns, sizes, expressions, oneOf, flags, anyOf, since, until];
  if (order === 'ASC' && given.every((one) => one === undefined)) return;
  throw new Error('A list by primary key is ascending, and has all rows and columns.');
}

class SliceOfList<Entity extends ObjectLiteral, Row> {
  private readonly statement: ListStatement<Entity>;

  constructor(
    repository: Repository<Entity>,
    private readonly request: ListRequest<Entity>,
    private readonly reader: RowReader,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.statement = new ListStatement(repository.metadata, request, reader.dialect);
  }

  async read(): Promise<Slice<Row>> {
    const { scans } = this.statement;
    const exact = scans.find((scan) => this.statement.isExact(scan));
    if (this.request.anyOf)
      return exact ? this.scanHeavily(exact, this.request.limit + 1) : this.scanFar(scans);
    if (exact) return this.scan(exact, this.request.limit + 1);
    const probe = await this.scan(scans[0], PROBE_ENTRIES);
    if (probe.next) return probe;
    return (await this.isShort(scans[0])) ? this.scan(scans[0], undefined) : this.scanFar(scans);
  }

  private async scan(index: IndexScan, maxKeys: number | undefined): Promise<Slice<Row>> {
    const taken = await this.reader.read<Row>(this.statement.rows(index, maxKeys), this.request);
    return toSlice(taken, this.placeOf);
  }

  /** Whether the index range is so short that all of it can be scanned here. */
  private async isShort(scan: IndexScan): Promise<boolean> {
    const { rows } = await this.reader.read(this.statement.entry(scan, PROBE_ENTRIES));
    return rows.length === 0;
  }

  /** Scans the index that reaches farthest, outside the event loop. */
  private async scanFar(scans: readonly IndexScan[]): Promise<Slice<Row>> {
    const { scan, scanEnd } = await this.longestScan(scans);
    const scanned = await this.scanHeavily(scan, undefined, scanEnd);
    return { ...scanned, next: scanned.next ?? scanEnd };
  }

  private async scanHeavily(
    scan: IndexScan,
    maxKeys: number | undefined,
    scanEnd?: Position,
  ): Promise<Slice<Row>> {
    const { limit, maxBytes } = this.request;
    const query = this.statement.rows(scan, maxKeys, scanEnd);
    const [taken] = await this.reader.readHeavy<Row>([query], { limit, maxBytes }, this.signal);
    return toSlice(taken ?? NOTHING, this.placeOf);
  }

  /** The scan that reaches farthest; without a `scanEnd` it reaches the end of the list. */
  private async longestScan(
    scans: readonly IndexScan[],
  ): Promise<{ scan: IndexScan; scanEnd: Position | undefined }> {
    const ends = scans.map((scan) => this.statement.scanEnds(scan, MAX_SCANNED_ENTRIES));
    const found = await this.reader.readHeavy<RawRow>(ends.flat(), {}, this.signal);
    const candidates = scans.map((scan, index) => {
      const ofScan = found.splice(0, ends[index]?.length);
      return { scan, scanEnd: this.firstOf(ofScan.flatMap(({ rows }) => rows)) };
    });
    return candidates.reduce((best, one) =>
      best.scanEnd && (!one.scanEnd || this.isPast(one.scanEnd, best.scanEnd)) ? one : best,
    );
  }

  /** The first position at which one range of the scan reaches its share of the maximum. */
  private firstOf(ends: readonly RawRow[]): Position | undefined {
    let first: Position | undefined;
    for (const { sortKey, id } of ends) {
      const place = { sortKey: String(sortKey), id: Number(id) };
      if (!first || this.isPast(first, place)) first = place;
    }
    return first;
  }

  private readonly placeOf = (row: RawRow): Position => ({
    sortKey: String(row[this.request.sortBy]),
    id: Number(row['id']),
  });

  private isPast(one: Position, other: Position): boolean {
    const isGreater = one.sortKey === other.sortKey ? one.id > other.id : one.sortKey > other.sortKey;
    return isGreater === (this.request.order === 'ASC');
  }
}
