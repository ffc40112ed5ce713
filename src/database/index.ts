export { READER, readRepositories } from './connections.js';
export { Database, type DatabaseOptions, type DatabaseStatus } from './database.js';
export { DatabaseModule, type DatabaseAsyncOptions } from './database.module.js';
export { insertRow } from './sqlite-insert.js';
export type { BackupCopy, BackupOptions } from './sqlite-backup.js';
export { selectList, type ListRequest } from './sqlite-list.js';
export type { Fault, Faults } from './faults.js';
export type { FileMeasures, QueueMeasures, SqliteMeasures } from './sqlite-measures.js';
export type { Group } from './write-queue.js';
