export { READER, readRepositories } from './connections.js';
export { Database, type DatabaseOptions, type DatabaseStatus } from './database.js';
export { DatabaseModule, type DatabaseAsyncOptions } from './database.module.js';
export { insertRow } from './sqlite-insert.js';
export type { BackupCopy, BackupOptions } from './sqlite-backup.js';
export { selectList, type ListRequest } from './sqlite-list.js';
