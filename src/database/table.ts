import type {
  EntityManager,
  FindOptionsWhere,
  ObjectLiteral,
  QueryDeepPartialEntity,
  Repository,
} from 'typeorm';
import {
  answerLargePage,
  answerPage,
  readAll,
  scopeOf,
  type Page,
  type SliceReader,
  type ToAnswer,
} from '../paging/index.js';
import type { Key, Subject } from './feed/feed-change.js';
import type { Database } from './database.js';
import type { List, Property } from './list.js';
import type { QueryResult } from './query.js';
import type { Work } from './unit.js';
import { textBytesOf } from './row-size.js';
import { deleteInSteps } from './queries/delete-in-steps.js';
import { readSlice } from './queries/list.js';
import { readByKeys, type RowsByKey } from './queries/by-keys.js';
import { primaryColumnOf } from './queries/columns.js';
import type { Dialect } from './queries/dialect.js';
import { octetLengthOf } from './queries/octet-length.js';
import { insertRows, SaveStatements } from './queries/save.js';
import type { ListQuery, NewRow, PageQuery, SavedRow, TableOptions, UpdateOptions } from './table.options.js';

/**
 * The data access of a feature for one table. Reads return committed rows only; a write is on disk when its promise
 * resolves. Units of several statements go through `Database.write`.
 *
 * Every method rejects with the problems of `Database.read` or `Database.write`.
 */
export class Table<Entity extends ObjectLiteral> {
  private statements: SaveStatements | undefined;
  private readonly inserted: Subject<QueryResult>;

  constructor(
    /** On the read-only connection. */
    private readonly repository: Repository<Entity>,
    readonly database: Database,
    private readonly options: TableOptions<Entity>,
  ) {
    this.inserted = { topic: options.topic, kind: 'insert', ids: ({ lastId }) => [lastId] };
  }

  /** A table outside of dependency injection, as commands use it. */
  static of<Entity extends ObjectLiteral>(database: Database, options: TableOptions<Entity>): Table<Entity> {
    return new Table(database.reader.getRepository(options.entity), database, options);
  }

  /** Inserts one row. @param row every column but `id`. */
  async insert(row: NewRow<Entity>): Promise<SavedRow<Entity>> {
    const query = this.saveStatements.insert(row);
    const { lastId: id } = await this.database.write(query, this.inserted, { bytes: textBytesOf(row) });
    return { id, ...row };
  }

  /** Inserts rows atomically, yielding to the event loop in between. */
  insertMany(rows: readonly NewRow<Entity>[]): Promise<SavedRow<Entity>[]> {
    const bytes = rows.reduce((sum, row) => sum + textBytesOf(row), 0);
    const ids = (saved: SavedRow<Entity>[]): Key[] => saved.map(({ id }) => id);
    const subject: Subject<SavedRow<Entity>[]> = { ...this.inserted, ids };
    const work: Work<SavedRow<Entity>[]> = (manager) =>
      insertRows(manager, this.saveStatements, rows, this.dialect);
    return this.database.write(work, subject, { bytes });
  }

  /** Inserts a row, or replaces the one with the same primary key. */
  async upsert(row: Entity): Promise<void> {
    const query = this.saveStatements.upsert(row);
    const key = row[this.key] as Key;
    const subject: Subject = { topic: this.options.topic, kind: 'upsert', ids: () => [key] };
    await this.database.write(query, subject, { bytes: textBytesOf(row) });
  }

  /** Updates columns of one row. @returns whether the row exists. */
  update(
    key: Key,
    changes: QueryDeepPartialEntity<Entity>,
    { topic = this.options.topic, ...options }: UpdateOptions = {},
  ): Promise<boolean> {
    const work = async (manager: EntityManager): Promise<boolean> =>
      Boolean((await manager.update(this.options.entity, this.whereKey(key), changes)).affected);
    return this.database.write(work, { topic, kind: 'update', ids: idIfFound(key) }, options);
  }

  /** Allowed on a full disk, because it frees space. @returns whether the row existed. */
  delete(key: Key): Promise<boolean> {
    const { entity, topic } = this.options;
    const work = async (manager: EntityManager): Promise<boolean> =>
      Boolean((await manager.delete(entity, this.whereKey(key))).affected);
    const subject: Subject<boolean> = { topic, kind: 'delete', ids: idIfFound(key) };
    return this.database.write(work, subject, { allowOnFullDisk: true });
  }

  /**
   * Deletes the rows with these values inside a unit of work, yielding to the event loop in between.
   * @returns the number of deleted rows.
   */
  deleteMany(manager: EntityManager, values: Partial<Entity>): Promise<number> {
    return deleteInSteps(manager, this.repository.metadata, values, this.dialect);
  }

  /**
   * Reads the row with that primary key.
   * @param map turns the row into an answer; large rows are read and mapped one at a time.
   * @returns `null` where the row does not exist.
   */
  async get(key: Key): Promise<Entity | null>;
  async get<Answer>(key: Key, map: ToAnswer<Entity, Answer>): Promise<Answer | null>;
  async get(key: Key, map: ToAnswer<Entity, unknown> = (row) => row): Promise<unknown> {
    const bytes = await this.bytesOf(key);
    if (bytes === undefined) return null;
    return this.database.read(async () => {
      const row = await this.repository.findOneBy(this.whereKey(key));
      return row && map(row);
    }, bytes);
  }

  /** Reads the rows with some of these primary keys: one at least, and no more than a small page. */
  some<Answer, Of extends Key>(keys: readonly Of[], map: ToAnswer<Entity, Answer>): Found<Of, Answer> {
    return this.database.read((rows) => readByKeys(this.repository, keys, map, rows));
  }

  /** Whether a row with these values exists. */
  has(values: FindOptionsWhere<Entity>): Promise<boolean> {
    return this.database.read(() => this.repository.existsBy(values));
  }

  /**
   * Reads one page (keyset pagination). A page may be short, even empty, and still have a `nextCursor`, where rows are
   * large or the filters match few.
   * @param query the filters of the list, with `limit` and `cursor`; a cursor is bound to the filters of its page.
   * @param signal drops the read while it waits for a thread.
   * @throws ProblemError `validation_failed` where the cursor does not match the filters; `read_queue_full`.
   */
  async page<Filters extends object, Row, Answer>(
    list: List<Entity, Filters, Row>,
    query: Filters & PageQuery,
    map: ToAnswer<Row, Answer>,
    signal?: AbortSignal,
  ): Promise<Page<Answer>> {
    const { limit, cursor, ...filters } = query;
    const request = { limit, cursor, scope: scopeOf(list.name, filters) };
    const slices = this.slicesOf(list, query, signal);
    if (list.large === undefined) return answerPage(this.database, request, slices, map);
    // The primary key is in the metadata, which TypeORM builds when it connects.
    this.database.assertOpen();
    const sizes = this.slicesOf(this.sizesOf(list, list.large), query, signal);
    return answerLargePage(this.database, request, sizes, slices, map);
  }

  /** Reads a list from its beginning. @param query the filters of the list, and `limit`. */
  all<Filters extends object, Row, Answer>(
    list: List<Entity, Filters, Row>,
    query: Filters & ListQuery,
    map: ToAnswer<Row, Answer>,
  ): Promise<Answer[]> {
    return this.database.read(() => readAll(this.slicesOf(list, query), map, query.limit));
  }

  private slicesOf<Filters, Row>(
    list: List<Entity, Filters, Row>,
    filters: Filters,
    signal?: AbortSignal,
  ): SliceReader<Row> {
    const request = { ...list, ...list.where?.(filters) };
    const { rows } = this.database.engine;
    return (part) => readSlice<Entity, Row>(this.repository, { ...request, ...part }, rows, signal);
  }

  /** The same list, reading only the size of each row. */
  private sizesOf<Filters>(
    { name, sortBy, order, where }: List<Entity, Filters, unknown>,
    large: Property<Entity>,
  ): List<Entity, Filters, { bytes: number }> {
    return { name, sortBy, order, where, columns: [this.key, sortBy], sizes: { bytes: large } };
  }

  /** Size of the large column of a row; `undefined` where the row does not exist. */
  private async bytesOf(key: Key): Promise<number | undefined> {
    const { large } = this.options;
    return large === undefined
      ? 0
      : this.database.read((rows) => octetLengthOf(this.repository, large, key, rows));
  }

  private get saveStatements(): SaveStatements {
    if (this.statements) return this.statements;
    // TypeORM builds the metadata when it connects.
    this.database.assertOpen();
    return (this.statements = new SaveStatements(this.repository.metadata, this.dialect));
  }

  private get dialect(): Dialect {
    return this.database.engine.rows.dialect;
  }

  private whereKey(key: Key): FindOptionsWhere<Entity> {
    return { [this.key]: key } as FindOptionsWhere<Entity>;
  }

  /** The name of the primary key. */
  private get key(): Property<Entity> {
    return primaryColumnOf(this.repository.metadata).propertyName;
  }
}

type Found<Of extends Key, Answer> = Promise<RowsByKey<Of, Answer>>;

/** The ids of a write whose result is whether it found its row. */
function idIfFound(key: Key): (isFound: boolean) => readonly Key[] {
  return (isFound) => (isFound ? [key] : []);
}
