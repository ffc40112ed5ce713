import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { jsonTextOf } from '../common/json/index.js';
import { mapPage, readPage, scopeOf, SinceDto, type Page } from '../common/paging/index.js';
import { now, type Moment } from '../common/time.js';
import { validate } from '../common/validation/index.js';
import { Database, insertRow, READER, selectList, type ListRequest } from '../database/index.js';
import { CreateSnapshotDto, SnapshotIdDto, SnapshotsQueryDto } from './dto/snapshot.request.js';
import {
  toSnapshot,
  type SnapshotDto,
  type SnapshotListItemDto,
  type SnapshotMeta,
} from './dto/snapshot.response.js';
import { SnapshotEntity } from './snapshot.entity.js';

/** The topic of all that is written here. */
export const SNAPSHOTS = 'snapshots';

const NEWEST_FIRST = { sortBy: 'timestamp', order: 'DESC' } as const satisfies ListRequest<SnapshotEntity>;

/** The list without its states, which are not even read: their size is in the head of the row. */
const META = {
  ...NEWEST_FIRST,
  columns: ['id', 'timestamp'],
  expressions: { bytes: 'octet_length(snapshot)' },
} as const satisfies ListRequest<SnapshotEntity>;

/** The most JSON text that one page of full snapshots holds, so that no list can use up the memory. */
const MOST_PAGE_BYTES = 32 * 1_048_576;

/** What the cluster looked like. Lists are newest first. Bad input rejects with `validation_failed`. */
@Injectable()
export class SnapshotsService {
  constructor(
    @InjectRepository(SnapshotEntity, READER) private readonly snapshots: Repository<SnapshotEntity>,
    private readonly database: Database,
  ) {}

  /** Saves the state of the cluster; resolves once it is on disk. @param timestamp when it was taken; default: now. */
  saveSnapshot(snapshot: object, timestamp?: Moment): Promise<SnapshotDto> {
    return this.save({ snapshot, timestamp });
  }

  /** The same, from the body of a request, which is not checked twice. */
  async save(input: { snapshot: object; timestamp?: Moment | undefined }): Promise<SnapshotDto> {
    const valid = validate(CreateSnapshotDto, input);
    const row = { timestamp: valid.timestamp ?? now(), snapshot: jsonTextOf(valid.snapshot) };
    const id = await this.database.write((manager) => insertRow(manager, SnapshotEntity, row), SNAPSHOTS);
    return toSnapshot({ id, ...row });
  }

  /** @returns the newest snapshot; `null` while there is none. */
  async getLatestSnapshot(): Promise<SnapshotDto | null> {
    const [latest] = await this.database.read(() =>
      selectList<SnapshotEntity, SnapshotEntity>(this.snapshots, { ...NEWEST_FIRST, limit: 1 }),
    );
    return latest ? toSnapshot(latest) : null;
  }

  /** @returns `null` where there is no such snapshot. */
  async getSnapshot(id: number): Promise<SnapshotDto | null> {
    const wanted = validate(SnapshotIdDto, { id });
    const row = await this.database.read(() => this.snapshots.findOneBy({ id: wanted.id }));
    return row && toSnapshot(row);
  }

  /** All snapshots from a moment on. */
  async getSnapshotsSince(since: Moment): Promise<SnapshotDto[]> {
    const list = { ...NEWEST_FIRST, ...validate(SinceDto, { since }) };
    const rows = await this.database.read(() =>
      selectList<SnapshotEntity, SnapshotEntity>(this.snapshots, list),
    );
    return rows.map(toSnapshot);
  }

  /**
   * One page of snapshots, with their state (`view: 'full'`) or their size (`'meta'`). A full page may be shorter
   * than the limit: it ends before its states exceed 32 MB, and `nextCursor` goes on from there.
   */
  async findSnapshots(input: Partial<SnapshotsQueryDto> = {}): Promise<Page<SnapshotListItemDto>> {
    const { view, since, until, limit, cursor } = validate(SnapshotsQueryDto, input);
    const span = { since, until };
    const request = { limit, cursor, scope: scopeOf(SNAPSHOTS, span), sortBy: 'timestamp' } as const;
    return this.database.read(async () => {
      const metas = await readPage<SnapshotMeta>(request, (after, most) =>
        selectList(this.snapshots, { ...META, ...span, after, limit: most }),
      );
      if (view === 'meta' || metas.items.length === 0) return metas;
      const page = await readPage<SnapshotEntity>(
        { ...request, limit: countFitting(metas.items) },
        (after, most) => selectList(this.snapshots, { ...NEWEST_FIRST, ...span, after, limit: most }),
      );
      return mapPage(page, toSnapshot);
    });
  }
}

/** How many snapshots, from the first on, one page can hold: one at least. */
function countFitting(metas: readonly SnapshotMeta[]): number {
  let bytes = 0;
  const fitting = metas.findIndex((meta) => (bytes += meta.bytes) > MOST_PAGE_BYTES);
  return fitting === -1 ? metas.length : Math.max(fitting, 1);
}
