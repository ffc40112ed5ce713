/** What is committed, as it happens. */
export {
  CHANGE_TYPES,
  TOPICS,
  type ChangeType,
  type MemoryChange,
  type ResyncReason,
  type Topic,
} from './change.js';
export { LiveModule, LiveServiceModule } from './live.module.js';
export { MemoryChanges, type ChangesOptions } from './memory-changes.js';
export { idAfter } from './place.js';
export type { ChangeFilter } from './selection.js';
export { Audience } from './stream/audience.js';
