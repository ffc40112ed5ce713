/** What programs in threads see of the database. It loads neither TypeORM nor an engine: a thread starts in no time. */
export { CONTENT_TABLES } from './catalogue.js';
export { placeOf, type PackedRow } from './blocks/read-block.js';
export { readSnapshots, unpackedTexts, type SnapshotText } from './blocks/unpacked-texts.js';
export { INDEXED_KINDS, type IndexedKind, type Match, type MatchBounds } from './search/search.js';
export { searchedEntry, selectTexts } from './search/text-rows.js';
export { placesOf } from './queries/lists.js';
export { measureTables, type MeasuredSizes } from './queries/measure-tables.js';
export type { Query, Taken, Value } from './query.js';
export type { RunProgram, ThreadReader } from './thread-program.js';
