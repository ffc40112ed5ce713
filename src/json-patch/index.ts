/** How two JSON documents differ, as RFC 6902 has it. */
export { compareDocuments } from './compare.js';
export { isObject, parseLossless, stringifyLossless } from './lossless.js';
export { nameOfElement } from './identity.js';
export type { Operation, PatchCounts, PatchWriter } from './patch.js';
