import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { AS_OBJECTS, AS_TEXT, type JsonForm, type StoredObject, type StoredText } from '../json/index.js';
import {
  mapPage,
  readPage,
  readThrough,
  scopeOf,
  SinceDto,
  type Page,
  type SliceReader,
} from '../paging/index.js';
import { now, type Timestamp } from '../time/time.js';
import { validate } from '../validation/index.js';
import { Database, octetLengthOf, READER, readSlice, saveRow, type ListOf } from '../database/index.js';
import { CreateSnapshotDto, SnapshotIdDto, SnapshotsQueryDto } from './dto/snapshot.request.js';
import { type SnapshotIn, type SnapshotListItemIn, type SnapshotMeta } from './dto/snapshot.response.js';
import { SnapshotEntity } from './snapshot.entity.js';

/** The topic of all that is written here. */
export const SNAPSHOTS = 'snapshots';

const NEWEST_FIRST = { sortBy: 'timestamp', order: 'DESC' } as const satisfies ListOf<SnapshotEntity>;

/** The list without its states, which are not even read: their size is in the head of the row. */
const META = {
  ...NEWEST_FIRST,
  columns: ['id', 'timestamp'],
  expressions: { bytes: 'octet_length(snapshot)' },
} as const satisfies ListOf<SnapshotEntity>;

type Span = Pick<ListOf<SnapshotEntity>, 'since' | 'until'>;

/** What the cluster looked like. Lists are newest first. Bad input rejects with `validation_failed`. */
export abstract class SnapshotsServiceBase<Json> {
  protected abstract readonly json: JsonForm<Json>;

  constructor(
    @InjectRepository(SnapshotEntity, READER) private readonly snapshots: Repository<SnapshotEntity>,
    private readonly database: Database,
  ) {}

  /** Saves the state of the cluster; resolves once it is on disk. @param timestamp when it was taken; default: now. */
  saveSnapshot(snapshot: object, timestamp?: Timestamp): Promise<SnapshotIn<Json>> {
    return this.save({ snapshot, timestamp });
  }

  /** The same, from the body of a request, which is not checked twice. */
  async save(input: { snapshot: object; timestamp?: Timestamp | undefined }): Promise<SnapshotIn<Json>> {
    const valid = validate(CreateSnapshotDto, input);
    const row = { timestamp: valid.timestamp ?? now(), snapshot: valid.snapshot.text };
    const { id, timestamp } = await saveRow(this.database, SnapshotEntity, row, SNAPSHOTS);
    return { id, timestamp, snapshot: this.json.checked(valid.snapshot) };
  }

  /** @returns the newest snapshot; `null` while there is none. */
  async getLatestSnapshot(): Promise<SnapshotIn<Json> | null> {
    const [latest] = await this.database.read(() => readThrough(this.metaIn({}), (meta) => meta, 1));
    return latest ? this.stateOf(latest) : null;
  }

  /** @returns `null` where there is no such snapshot. */
  async getSnapshot(id: number): Promise<SnapshotIn<Json> | null> {
    const wanted = validate(SnapshotIdDto, { id });
    const bytes = await this.database.read(() => octetLengthOf(this.snapshots, 'snapshot', wanted.id));
    return bytes === undefined ? null : this.stateOf({ ...wanted, bytes });
  }

  /** All snapshots from a moment on. */
  async getSnapshotsSince(since: Timestamp): Promise<SnapshotIn<Json>[]> {
    const span = validate(SinceDto, { since });
    return this.database.read(() => readThrough(this.statesIn(span), this.toAnswer));
  }

  /** One page of snapshots, with their state (`view: 'full'`) or their size (`'meta'`). */
  async findSnapshots(input: Partial<SnapshotsQueryDto> = {}): Promise<Page<SnapshotListItemIn<Json>>> {
    const { view, since, until, limit, cursor } = validate(SnapshotsQueryDto, input);
    const span = { since, until };
    const request = { limit, cursor, scope: scopeOf(SNAPSHOTS, span) };
    const page = await this.database.read(() => readPage(request, this.metaIn(span)));
    if (view !== 'full') return page;
    const states = async (): Promise<Page<SnapshotIn<Json>>> =>
      mapPage(await readPage(request, this.statesIn(span)), this.toAnswer);
    return this.database.read(
      states,
      page.items.reduce((sum, { bytes }) => sum + bytes, 0),
    );
  }

  /** Its size is known before its state is read: large ones are read and checked one at a time. */
  private stateOf({ id, bytes }: Pick<SnapshotMeta, 'id' | 'bytes'>): Promise<SnapshotIn<Json> | null> {
    return this.database.read(async () => {
      const row = await this.snapshots.findOneBy({ id });
      return row && this.toAnswer(row);
    }, bytes);
  }

  private metaIn(span: Span): SliceReader<SnapshotMeta> {
    return (part) => readSlice(this.snapshots, { ...META, ...span, ...part });
  }

  private statesIn(span: Span): SliceReader<SnapshotEntity> {
    return (part) => readSlice(this.snapshots, { ...NEWEST_FIRST, ...span, ...part });
  }

  private readonly toAnswer = async ({
    id,
    timestamp,
    snapshot,
  }: SnapshotEntity): Promise<SnapshotIn<Json>> => ({
    id,
    timestamp,
    snapshot: await this.json.stored(snapshot),
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
