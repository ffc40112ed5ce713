export {
  isWholeBlock,
  openBlock,
  openBlockSync,
  toStoredBlock,
  toStoredBlockSync,
  type StoredBlock,
} from './body.js';
export { DamagedBlock } from './damaged-block.js';
export { writeTexts, writeWholeText, type TextBlock } from './block.js';
