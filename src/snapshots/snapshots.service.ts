import { Injectable } from '@nestjs/common';
import { AS_OBJECTS, AS_TEXT, type JsonForm, type StoredObject, type StoredText } from '../json/index.js';
import { SinceDto, type Page } from '../paging/index.js';
import { now, type Timestamp } from '../time/time.js';
import { validate } from '../validation/index.js';
import { explainMissing, InjectTable, Table, type List, type RowsByKey } from '../database/index.js';
import { CreateSnapshotDto, SnapshotIdDto, SnapshotsQueryDto } from './dto/snapshot.request.js';
import { type SnapshotWith, type SnapshotListItemWith, type SnapshotMeta } from './dto/snapshot.response.js';
import { SnapshotEntity, UNPACKED } from './snapshot.entity.js';
import { isLarge, SnapshotTexts } from './snapshot-texts.js';

type Span = Partial<Pick<SnapshotsQueryDto, 'since' | 'until'>>;

/** The list with states. */
const FULL: List<SnapshotEntity, Span> = {
  name: 'snapshots',
  sortBy: 'timestamp',
  order: 'DESC',
  large: 'snapshot',
  readBytes: '"cluster_snapshots"."bytes"',
  where: ({ since, until }) => ({ since, until }),
};

/** The list without states, which are not read. Both lists accept each other's cursors. */
const META: List<SnapshotEntity, Span, SnapshotMeta> = {
  ...FULL,
  row: undefined,
  large: undefined,
  readBytes: undefined,
  columns: ['id', 'timestamp'],
  sizes: { bytes: 'snapshot' },
};

/** The snapshots of the cluster. Lists are newest first. Invalid input rejects with `validation_failed`. */
export abstract class SnapshotsServiceBase<Json> {
  protected abstract readonly json: JsonForm<Json>;

  constructor(
    @InjectTable(SnapshotEntity) protected readonly snapshots: Table<SnapshotEntity>,
    private readonly texts: SnapshotTexts,
  ) {}

  /** Saves the state of the cluster; resolves once it is on disk. @param timestamp when it was taken; default: now. */
  saveSnapshot(snapshot: object, timestamp?: Timestamp): Promise<SnapshotWith<Json>> {
    return this.save({ snapshot, timestamp });
  }

  /** The same for a request body, which is not validated twice. */
  async save(input: { snapshot: object; timestamp?: Timestamp | undefined }): Promise<SnapshotWith<Json>> {
    const valid = validate(CreateSnapshotDto, input);
    const { snapshot } = valid;
    const timestamp = valid.timestamp ?? now();
    const { id } = isLarge(snapshot)
      ? await this.texts.insert(timestamp, snapshot)
      : await this.snapshots.insert({ timestamp, snapshot: snapshot.text, ...UNPACKED });
    return { id, timestamp, snapshot: this.json.fromDocument(snapshot) };
  }

  /** @returns the newest snapshot; `null` while there is none. */
  async getLatestSnapshot(): Promise<SnapshotWith<Json> | null> {
    const [latest] = await this.snapshots.all(META, { limit: 1 }, ({ id }) => id);
    return latest === undefined ? null : this.snapshots.get(latest, this.toAnswer);
  }

  /** @returns `null` where there is no such snapshot. */
  async getSnapshot(id: number): Promise<SnapshotWith<Json> | null> {
    return this.snapshots.get(validate(SnapshotIdDto, { id }).id, this.toAnswer);
  }

  /** The first of some snapshots, where it is there: each may be large. */
  async getFirst(ids: readonly number[]): Promise<RowsByKey<number, SnapshotWith<Json>>> {
    const keys = ids.slice(0, 1);
    const found = await Promise.all(keys.map((id) => this.snapshots.get(id, this.toAnswer)));
    return { keys, found: new Map(present(found).map((snapshot) => [snapshot.id, snapshot])) };
  }

  /** All snapshots from a timestamp on. */
  async getSnapshotsSince(since: Timestamp): Promise<SnapshotWith<Json>[]> {
    return present(await this.snapshots.all(FULL, validate(SinceDto, { since }), this.toAnswer));
  }

  /** One page of snapshots, with their state (`view: 'full'`) or their size (`'meta'`). */
  async findSnapshots(input: Partial<SnapshotsQueryDto> = {}): Promise<Page<SnapshotListItemWith<Json>>> {
    const { view, ...query } = validate(SnapshotsQueryDto, input);
    if (view === 'meta') return this.snapshots.page(META, query, (meta) => meta);
    const { items, nextCursor } = await this.snapshots.page(FULL, query, this.toAnswer);
    return { items: present(items), nextCursor };
  }

  private readonly toAnswer = async (row: SnapshotEntity): Promise<SnapshotWith<Json> | null> => {
    const text = await this.texts.of(row);
    if (text === undefined) return null;
    return { id: row.id, timestamp: row.timestamp, snapshot: await this.json.fromText(text) };
  };
}

/** Without what was deleted while it was read. */
function present<Answer>(answers: readonly (Answer | null)[]): Answer[] {
  return answers.filter((answer) => answer !== null);
}

/** The service for in-process callers, with states as objects. */
@Injectable()
export class SnapshotsService extends SnapshotsServiceBase<StoredObject> {
  protected readonly json = AS_OBJECTS;
}

/** The service for the routes, with states as text: nothing is parsed only to be serialized again. */
@Injectable()
export class SnapshotsTextService extends SnapshotsServiceBase<StoredText> {
  protected readonly json = AS_TEXT;

  /** @throws ProblemError `gone` where retention has forgotten it. */
  override async getSnapshot(id: number): Promise<SnapshotWith<StoredText> | null> {
    return (await super.getSnapshot(id)) ?? explainMissing(this.snapshots.database, 'snapshot', id);
  }
}
