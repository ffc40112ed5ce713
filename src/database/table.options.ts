import type { WriteOptions } from './database.options.js';
import type { Property } from './list.js';

/** What is known of a table beside what its entity says. */
export interface TableOptions<Entity> {
  readonly entity: new () => Entity;
  /** What its writes are about: answers about that are no longer current. */
  readonly topic: string;
  /** The column whose texts may be large: such rows are read and mapped one at a time. */
  readonly large?: Property<Entity>;
}

/** A row that has no id yet. */
export type NewRow<Entity> = Omit<Entity, 'id'>;
export type SavedRow<Entity> = NewRow<Entity> & { id: number };

/** The value of the primary key. */
export type Key = string | number;

export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface ListQuery {
  /** The most rows. Default: all of them. */
  readonly limit?: number;
}

export interface UpdateOptions extends WriteOptions {
  /** What the change is about, where that is not the topic of the table. */
  readonly topic?: string;
}
