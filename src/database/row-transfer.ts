/** Bulk reads and inserts for export and import. Features use `index.ts`. */
export { insertRowsWithKeys, raiseLastIds } from './sqlite/queries/insert-with-keys.js';
export { MAX_IMPORTED_ID } from './sqlite/file/foreign-objects.js';
export { ReadSnapshot, type TimeSpan } from './sqlite/queries/read-snapshot.js';
