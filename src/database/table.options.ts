import type { WriteOptions } from './database.options.js';
import type { Property } from './list.js';

/** Options of a table beyond its entity metadata. */
export interface TableOptions<Entity> {
  readonly entity: new () => Entity;
  /** The topic of its writes: a write invalidates the answers about it. */
  readonly topic: string;
  /** A column of large texts: such rows are read and mapped one at a time. */
  readonly large?: Property<Entity>;
}

/** A row before its insert, without an id. */
export type NewRow<Entity> = Omit<Entity, 'id'>;
export type SavedRow<Entity> = NewRow<Entity> & { id: number };

export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface ListQuery {
  /** Maximum number of rows. Default: all. */
  readonly limit?: number;
}

export interface UpdateOptions extends WriteOptions {
  /** The topic of the change, where it is not that of the table. */
  readonly topic?: string;
}
