import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type SelectQueryBuilder } from 'typeorm';
import { readAll, readPage, scopeOf, selectRows, type Page } from '../common/paging/index.js';
import { now, type Moment } from '../common/time.js';
import { validate } from '../common/validation/index.js';
import { Database, insertRow, READER } from '../database/index.js';
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

const NEWEST_FIRST = { sortBy: 'timestamp', order: 'DESC' } as const;

/** The most JSON text that one page of full snapshots holds, so that no list can use up the memory. */
const MOST_PAGE_BYTES = 32 * 1_048_576;

type Span = Pick<SnapshotsQueryDto, 'since' | 'until'>;

/** What the cluster looked like. Lists are newest first. Bad input rejects with `validation_failed`. */
@Injectable()
export class SnapshotsService {
  constructor(
    @InjectRepository(SnapshotEntity, READER) private readonly snapshots: Repository<SnapshotEntity>,
    private readonly database: Database,
  ) {}

  /** Saves the state of the cluster; resolves once it is on disk. @param timestamp when it was taken; default: now. */
  async saveSnapshot(snapshot: object, timestamp?: Moment): Promise<SnapshotDto> {
    const valid = validate(CreateSnapshotDto, { snapshot, timestamp });
    const row = { timestamp: valid.timestamp ?? now(), snapshot: JSON.stringify(valid.snapshot) };
    const id = await this.database.write((manager) => insertRow(manager, SnapshotEntity, row), SNAPSHOTS);
    return toSnapshot({ id, ...row });
  }

  /** @returns the newest snapshot; `null` while there is none. */
  async getLatestSnapshot(): Promise<SnapshotDto | null> {
    const [latest] = await this.database.read(() =>
      this.snapshots.find({ order: { timestamp: 'DESC', id: 'DESC' }, take: 1 }),
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
    const span = validate(SnapshotsQueryDto, { since });
    const rows = await this.database.read(() => readAll<SnapshotEntity>(this.select(span), NEWEST_FIRST));
    return rows.map(toSnapshot);
  }

  /**
   * One page of snapshots, with their state (`view: 'full'`) or their size (`'meta'`). A full page may be shorter
   * than the limit: it ends before its states exceed 32 MB, and `nextCursor` goes on from there.
   */
  async findSnapshots(input: Partial<SnapshotsQueryDto> = {}): Promise<Page<SnapshotListItemDto>> {
    const { view, since, until, limit, cursor } = validate(SnapshotsQueryDto, input);
    const span = { since, until };
    const request = { ...NEWEST_FIRST, limit, cursor, scope: scopeOf('snapshots', span) };
    return this.database.read(async () => {
      const metas = await readPage<SnapshotMeta>(this.selectMeta(span), request);
      if (view === 'meta' || metas.items.length === 0) return metas;
      const fitting = { ...request, limit: countFitting(metas.items) };
      const page = await readPage<SnapshotEntity>(this.select(span), fitting);
      return { items: page.items.map(toSnapshot), nextCursor: page.nextCursor };
    });
  }

  private select(span: Span): SelectQueryBuilder<SnapshotEntity> {
    return within(selectRows(this.snapshots, 'snapshot'), span);
  }

  private selectMeta(span: Span): SelectQueryBuilder<SnapshotEntity> {
    const head = selectRows(this.snapshots, 'snapshot', ['id', 'timestamp']);
    return within(head.addSelect('octet_length(snapshot.snapshot)', 'bytes'), span);
  }
}

function within(
  query: SelectQueryBuilder<SnapshotEntity>,
  { since, until }: Span,
): SelectQueryBuilder<SnapshotEntity> {
  if (since !== undefined) query.andWhere('snapshot.timestamp >= :since', { since });
  if (until !== undefined) query.andWhere('snapshot.timestamp < :until', { until });
  return query;
}

/** How many snapshots, from the first on, one page can hold: one at least. */
function countFitting(metas: readonly SnapshotMeta[]): number {
  let bytes = 0;
  const fitting = metas.findIndex((meta) => (bytes += meta.bytes) > MOST_PAGE_BYTES);
  return fitting === -1 ? metas.length : Math.max(fitting, 1);
}
