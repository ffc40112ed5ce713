export { JsonPieces, JsonText, writeJson, writeSizedJson, type WrittenJson } from './json-text.js';
export { parseBody } from './body.js';
export { readDocument } from './document.js';
export {
  AS_OBJECTS,
  AS_TEXT,
  mapStored,
  storedText,
  type JsonForm,
  type StoredObject,
  type StoredText,
} from './stored.js';
export { PART_SIZE, partsOf, utf8PartsOf } from './parts.js';
export { JsonReader, type ReadOptions } from './reader.js';
export { JsonFault } from './tokens.js';
export * from './values.js';
