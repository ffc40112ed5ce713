/** What can be followed. Keys and tokens are not among it. */
export const TOPICS = ['events', 'conversations', 'snapshots', 'preferences'] as const;
export type Topic = (typeof TOPICS)[number];

export const CHANGE_TYPES = [
  'event.saved',
  'event.resolved',
  'message.saved',
  'session.deleted',
  'snapshot.saved',
  'preference.changed',
  'preference.deleted',
  'memory.forgotten',
  'resync',
] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];

/** Why a client has to read anew what it shows. */
export type ResyncReason = 'too_old' | 'other_identity' | 'in_future' | 'not_a_position' | 'unknown_changes';

/** Something that was committed. */
export interface MemoryChange<Data = unknown> {
  /** Its place, from which one can go on: `<identity of the feed>.<position>.<number within the position>`. */
  readonly id: string;
  readonly type: ChangeType;
  /**
   * The row as it is now; `{ id, gone: true }` where it is no longer there. Of what was deleted its `sessionId` or `key`; of
   * what retention has forgotten `{ kind, ids }`; of a resync `{ reason }`.
   */
  readonly data: Data;
}
