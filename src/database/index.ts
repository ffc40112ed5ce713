/** The public interface of the database for features. */
export { Database } from './database.js';
export type { DatabaseOptions, DatabaseTarget, WriteOptions } from './database.options.js';
export { DatabaseModule, type DatabaseAsyncOptions } from './database.module.js';
export type { DiskLimits } from './sqlite/disk/disk-guard.js';
export type { BackupCopy, BackupOptions } from './sqlite/backup/backup.js';
export type { Conditions, List } from './list.js';
export { Table } from './table.js';
export type { TableOptions } from './table.options.js';
export { InjectTable, TableModule } from './table.module.js';
export type { Query } from './query.js';
export { Changes } from './changes.js';
export { ANY_TOPIC, type Change, type FeedChange, type Subject } from './feed/feed-change.js';
export type { Failure, FailureTracker } from './failure-tracker.js';
export type { QueueMeasures } from './measures.js';
export type { Group } from './write-queue.js';
export type { Capabilities, DatabaseStatus, ReadMeasures, StorageMeasures } from './engine.js';
export { CONTENT_TABLES, keyOf, KINDS, type Cell, type Kind, type StoredRow } from './catalogue.js';
export type { DerivedEntry, ContentEntry, OperationalEntry } from './table-entry.js';
