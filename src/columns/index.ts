export { DamagedBlock, openBlock, openBlockSync, toStoredBlock, type StoredBlock } from './body.js';
export { writeTexts, type TextBlock } from './block.js';
