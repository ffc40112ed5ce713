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
  readThrough,
  scopeOf,
  type Page,
  type SliceReader,
  type ToAnswer,
} from '../paging/index.js';
import type { Subject } from './changes.js';
import type { Database } from './database.js';
import type { List, Property } from './list.js';
import type { QueryResult } from './query.js';
import { textBytesOf } from './row-size.js';
import { deleteInSteps } from './sqlite/queries/delete-in-steps.js';
import { readSlice } from './sqlite/queries/list.js';
import { primaryColumnOf } from './sqlite/queries/columns.js';
import { octetLengthOf } from './sqlite/queries/octet-length.js';
import { insertRows, SaveStatements } from './sqlite/queries/save.js';
import type {
  Key,
  ListQuery,
  NewRow,
  PageQuery,
  SavedRow,
  TableOptions,
  UpdateOptions,
} from './table.options.js';

/**
 * All that a feature sees of one table of the database. What is read is committed; what is written is on disk when the
 * promise resolves. A unit of several statements is written by `Database.write`.
 *
 * Every method rejects with the problems of `Database.read` or `Database.write`.
 */
export class Table<Entity extends ObjectLiteral> {
  private statements: SaveStatements | undefined;
  private readonly inserted: Subject<QueryResult>;

  constructor(
    /** On the read-only connection. */
    private readonly repository: Repository<Entity>,
    private readonly database: Database,
    private readonly options: TableOptions<Entity>,
  ) {
    this.inserted = { topic: options.topic, kind: 'insert', ids: ({ lastId }) => [lastId] };
  }

  /** The table of a database that nobody injects. */
  static of<Entity extends ObjectLiteral>(database: Database, options: TableOptions<Entity>): Table<Entity> {
    return new Table(database.reader.getRepository(options.entity), database, options);
  }

  /** Inserts one row. @param row every column but `id`. */
  async insert(row: NewRow<Entity>): Promise<SavedRow<Entity>> {
    const query = this.saving.insert(row);
    const { lastId: id } = await this.database.write(query, this.inserted, { bytes: textBytesOf(row) });
    return { id, ...row };
  }

  /** Inserts rows, all or none. The event loop turns in between. */
  insertMany(rows: readonly NewRow<Entity>[]): Promise<SavedRow<Entity>[]> {
    const bytes = rows.reduce((sum, row) => sum + textBytesOf(row), 0);
    const subject: Subject<SavedRow<Entity>[]> = {
      ...this.inserted,
      ids: (saved) => saved.map(({ id }) => id),
    };
    return this.database.write((manager) => insertRows(manager, this.saving, rows), subject, { bytes });
  }

  /** Inserts a row, or puts it in the place of the one with the same primary key. */
  async upsert(row: Entity): Promise<void> {
    const query = this.saving.upsert(row);
    const key = row[this.key] as Key;
    const subject: Subject = { topic: this.options.topic, kind: 'upsert', ids: () => [key] };
    await this.database.write(query, subject, { bytes: textBytesOf(row) });
  }

  /** Changes columns of one row. @returns whether there is such a row. */
  update(
    key: Key,
    changes: QueryDeepPartialEntity<Entity>,
    { topic = this.options.topic, ...options }: UpdateOptions = {},
  ): Promise<boolean> {
    const work = async (manager: EntityManager): Promise<boolean> =>
      Boolean((await manager.update(this.options.entity, this.whereKey(key), changes)).affected);
    return this.database.write(work, { topic, kind: 'update', ids: whereFound(key) }, options);
  }

  /** Also on a full disk, as it frees space. @returns whether there was such a row. */
  delete(key: Key): Promise<boolean> {
    const { entity, topic } = this.options;
    const work = async (manager: EntityManager): Promise<boolean> =>
      Boolean((await manager.delete(entity, this.whereKey(key))).affected);
    const subject: Subject<boolean> = { topic, kind: 'delete', ids: whereFound(key) };
    return this.database.write(work, subject, { allowOnFullDisk: true });
  }

  /**
   * Deletes the rows that have the values, inside a unit of work. The event loop turns in between.
   * @returns how many there were.
   */
  deleteMany(manager: EntityManager, values: Partial<Entity>): Promise<number> {
    return deleteInSteps(manager, this.repository.metadata, values);
  }

  /**
   * Reads the row with that primary key.
   * @param map makes an answer of it; a large row becomes one before the next large one is read.
   * @returns `null` where there is no such row.
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

  /** Whether there is a row that has the values. */
  has(values: FindOptionsWhere<Entity>): Promise<boolean> {
    return this.database.read(() => this.repository.existsBy(values));
  }

  /**
   * Reads one page of a list. It may be short, even empty, with a `nextCursor`, where rows are large or few.
   * @param query the filters of the list, with `limit` and `cursor`; a cursor fits only the filters it was made for.
   * @throws ProblemError `validation_failed` where the cursor fits none of it.
   */
  async page<Filters extends object, Row, Answer>(
    list: List<Entity, Filters, Row>,
    query: Filters & PageQuery,
    map: ToAnswer<Row, Answer>,
  ): Promise<Page<Answer>> {
    const { limit, cursor, ...filters } = query;
    const request = { limit, cursor, scope: scopeOf(list.name, filters) };
    const slices = this.slicesOf(list, query);
    if (list.large === undefined) return answerPage(this.database, request, slices, map);
    // Only what is open knows its entities, and so the key.
    this.database.assertOpen();
    const sizes = this.slicesOf(this.sizesOf(list, list.large), query);
    return answerLargePage(this.database, request, sizes, slices, map);
  }

  /** Reads a list from its beginning. @param query the filters of the list, and `limit`. */
  all<Filters extends object, Row, Answer>(
    list: List<Entity, Filters, Row>,
    query: Filters & ListQuery,
    map: ToAnswer<Row, Answer>,
  ): Promise<Answer[]> {
    return this.database.read(() => readThrough(this.slicesOf(list, query), map, query.limit));
  }

  private slicesOf<Filters, Row>(list: List<Entity, Filters, Row>, filters: Filters): SliceReader<Row> {
    const request = { ...list, ...list.where?.(filters) };
    return (part) => readSlice<Entity, Row>(this.repository, { ...request, ...part });
  }

  /** The same list with the size of each row in its place. */
  private sizesOf<Filters>(
    { name, sortBy, order, where }: List<Entity, Filters, unknown>,
    large: Property<Entity>,
  ): List<Entity, Filters, { bytes: number }> {
    return { name, sortBy, order, where, columns: [this.key, sortBy], sizes: { bytes: large } };
  }

  /** How large the large column of a row is; `undefined` where there is no such row. */
  private async bytesOf(key: Key): Promise<number | undefined> {
    const { large } = this.options;
    return large === undefined ? 0 : this.database.read(() => octetLengthOf(this.repository, large, key));
  }

  private get saving(): SaveStatements {
    if (this.statements) return this.statements;
    // Only what is open knows its entities.
    this.database.assertOpen();
    return (this.statements = new SaveStatements(this.repository.metadata));
  }

  private whereKey(key: Key): FindOptionsWhere<Entity> {
    return { [this.key]: key } as FindOptionsWhere<Entity>;
  }

  /** The name of the primary key. */
  private get key(): Property<Entity> {
    return primaryColumnOf(this.repository.metadata).propertyName;
  }
}

/** The ids of a write that says whether it found its row. */
function whereFound(key: Key): (isFound: boolean) => readonly Key[] {
  return (isFound) => (isFound ? [key] : []);
}
