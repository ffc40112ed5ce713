/** Operations on a database file, and backups of a server, for commands; no service need be running. Services use `index.ts`. */
export { writeBackup } from './sqlite/backup/backup.js';
export { removeUnfinishedBackups } from './sqlite/backup/unfinished.js';
export { expand, isCompressed } from './sqlite/backup/compression.js';
export { compactFile, type Compacted } from './sqlite/disk/compact.js';
export { FileRefused } from './sqlite/file/header.js';
export { openExclusive, openAlongside } from './sqlite/file/open.js';
export { checkFile, type CheckReport } from './sqlite/recovery/integrity-check.js';
export { restoreFile, type Restored } from './sqlite/recovery/restore.js';
export { BackupRefused, type BackupContents, type UnpackOptions } from './sqlite/recovery/unpack-backup.js';
export { servedSource } from './postgres/copy/source-program.js';
