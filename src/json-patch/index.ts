/** How two JSON documents differ, as RFC 6902 has it. */
export { compareDocuments } from './compare.js';
export { isNumber, isObject, parseLossless, stringifyLossless, toNumber } from './lossless.js';
export { nameOfElement } from './identity.js';
export { operationText, PatchWriter, RawJson, type Operation, type PatchCounts } from './patch.js';
