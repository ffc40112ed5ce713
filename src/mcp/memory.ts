import type { ConversationsTextService } from '../conversations/index.js';
import type { Changes } from '../database/index.js';
import type { EventsTextService } from '../events/index.js';
import type { SnapshotHistoryText, TimelineService } from '../history/index.js';
import type { PreferencesService } from '../preferences/index.js';
import type { RecallTextService } from '../recall/index.js';
import type { SnapshotsTextService } from '../snapshots/index.js';

/** What the tools work on. Documents are texts, so that a number of any length reaches the model as it was sent. */
export interface Memory {
  readonly events: EventsTextService;
  readonly conversations: ConversationsTextService;
  readonly snapshots: SnapshotsTextService;
  readonly preferences: PreferencesService;
  readonly recall: RecallTextService;
  readonly timeline: TimelineService;
  readonly snapshotHistory: SnapshotHistoryText;
  readonly changes: Changes;
  /** How many tokens each text has, as models count them. */
  readonly countTokens: (texts: readonly string[]) => Promise<readonly number[]>;
}

/** Gives a tool the memory for one call: a service has it open, a command opens it each time. */
export type MemoryAccess = <T>(mode: 'read' | 'write', work: (memory: Memory) => Promise<T>) => Promise<T>;

/** The dependency injection token of `MemoryAccess`. */
export const MEMORY_ACCESS = Symbol('memory access');
