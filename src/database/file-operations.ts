/** Operations on a database file, for commands; no service need be running. Services use `index.ts`. */
export { writeBackup } from './sqlite/backup/backup.js';
export { expand, isCompressed } from './sqlite/backup/compression.js';
export { compactFile, type Compacted } from './sqlite/disk/compact.js';
export { FileRefused } from './sqlite/file/header.js';
export { openExclusive, openAlongside } from './sqlite/file/open.js';
export { checkFile, type CheckReport } from './sqlite/recovery/integrity-check.js';
export { BackupRefused, restoreFile, type Restored } from './sqlite/recovery/restore.js';
