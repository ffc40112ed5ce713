/** What moves all rows out of a database or into one. Features use `index.ts`. */
export { insertRowsWithKeys, raiseLastIds } from './sqlite/queries/insert-with-keys.js';
export { LARGEST_IMPORTED_ID } from './sqlite/file/foreign-objects.js';
export { ReadSnapshot, type TimeSpan } from './sqlite/queries/read-snapshot.js';
