/** Bulk reads for export and import. Features use `index.ts`. */
export { MAX_IMPORTED_ID } from './sqlite/file/foreign-objects.js';
export type { ReadSnapshot, TimeSpan } from './engine.js';
