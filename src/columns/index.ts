export {
  DamagedBlock,
  isWholeBlock,
  openBlock,
  openBlockSync,
  toStoredBlock,
  type StoredBlock,
} from './body.js';
export { writeTexts, writeWholeText, type TextBlock } from './block.js';
