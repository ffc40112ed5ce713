import { Injectable } from '@nestjs/common';
import { AS_OBJECTS, AS_TEXT, type JsonForm, type StoredObject, type StoredText } from '../json/index.js';
import { SinceDto, type Page } from '../paging/index.js';
import { now, type Timestamp } from '../time/time.js';
import { validate } from '../validation/index.js';
import { InjectTable, Table, type List } from '../database/index.js';
import { CreateSnapshotDto, SnapshotIdDto, SnapshotsQueryDto } from './dto/snapshot.request.js';
import { type SnapshotIn, type SnapshotListItemIn, type SnapshotMeta } from './dto/snapshot.response.js';
import { SnapshotEntity } from './snapshot.entity.js';

/** The topic of all that is written here. */
export const SNAPSHOTS = 'snapshots';

type Span = Partial<Pick<SnapshotsQueryDto, 'since' | 'until'>>;

/** With the states. */
const FULL: List<SnapshotEntity, Span> = {
  name: 'snapshots',
  sortBy: 'timestamp',
  order: 'DESC',
  large: 'snapshot',
  where: ({ since, until }) => ({ since, until }),
};

/** Without the states, which are not even read. Its cursors are those of the other. */
const META: List<SnapshotEntity, Span, SnapshotMeta> = {
  ...FULL,
  row: undefined,
  large: undefined,
  columns: ['id', 'timestamp'],
  sizes: { bytes: 'snapshot' },
};

/** What the cluster looked like. Lists are newest first. Bad input rejects with `validation_failed`. */
export abstract class SnapshotsServiceBase<Json> {
  protected abstract readonly json: JsonForm<Json>;

  constructor(@InjectTable(SnapshotEntity) private readonly snapshots: Table<SnapshotEntity>) {}

  /** Saves the state of the cluster; resolves once it is on disk. @param timestamp when it was taken; default: now. */
  saveSnapshot(snapshot: object, timestamp?: Timestamp): Promise<SnapshotIn<Json>> {
    return this.save({ snapshot, timestamp });
  }

  /** The same, from the body of a request, which is not checked twice. */
  async save(input: { snapshot: object; timestamp?: Timestamp | undefined }): Promise<SnapshotIn<Json>> {
    const valid = validate(CreateSnapshotDto, input);
    const row = { timestamp: valid.timestamp ?? now(), snapshot: valid.snapshot.text };
    const { id, timestamp } = await this.snapshots.insert(row);
    return { id, timestamp, snapshot: this.json.fromDocument(valid.snapshot) };
  }

  /** @returns the newest snapshot; `null` while there is none. */
  async getLatestSnapshot(): Promise<SnapshotIn<Json> | null> {
    const [latest] = await this.snapshots.all(META, { limit: 1 }, ({ id }) => id);
    return latest === undefined ? null : this.snapshots.get(latest, this.toAnswer);
  }

  /** @returns `null` where there is no such snapshot. */
  async getSnapshot(id: number): Promise<SnapshotIn<Json> | null> {
    return this.snapshots.get(validate(SnapshotIdDto, { id }).id, this.toAnswer);
  }

  /** All snapshots from a moment on. */
  async getSnapshotsSince(since: Timestamp): Promise<SnapshotIn<Json>[]> {
    return this.snapshots.all(FULL, validate(SinceDto, { since }), this.toAnswer);
  }

  /** One page of snapshots, with their state (`view: 'full'`) or their size (`'meta'`). */
  async findSnapshots(input: Partial<SnapshotsQueryDto> = {}): Promise<Page<SnapshotListItemIn<Json>>> {
    const { view, ...query } = validate(SnapshotsQueryDto, input);
    return view === 'full'
      ? this.snapshots.page(FULL, query, this.toAnswer)
      : this.snapshots.page(META, query, (meta) => meta);
  }

  private readonly toAnswer = async ({
    id,
    timestamp,
    snapshot,
  }: SnapshotEntity): Promise<SnapshotIn<Json>> => ({
    id,
    timestamp,
    snapshot: await this.json.fromText(snapshot),
  });
}

/** The same for other modules of the process, states as objects. */
@Injectable()
export class SnapshotsService extends SnapshotsServiceBase<StoredObject> {
  protected readonly json = AS_OBJECTS;
}

/** The same for the routes, states as text: nothing is parsed only to be written again. */
@Injectable()
export class SnapshotsTextService extends SnapshotsServiceBase<StoredText> {
  protected readonly json = AS_TEXT;
}
