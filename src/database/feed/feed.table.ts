import type { OperationalEntry } from '../table-entry.js';
import type { FeedChangeEntity } from './feed-change.entity.js';
import type { FeedHeadEntity } from './feed-head.entity.js';
import type { FeedTopicEntity } from './feed-topic.entity.js';

/**
 * No copy of a memory has them: what a salvage lost is no change that a client could have seen, and two copies go on in
 * different ways. Each has an identity of its own, and begins at its first position.
 */
export const FEED_HEAD = {
  role: 'operational',
  name: 'feed_head',
  columns: { id: 'plain', identity: 'plain', position: 'plain' },
  kept: false,
} as const satisfies OperationalEntry<FeedHeadEntity>;

export const FEED_TOPICS = {
  role: 'operational',
  name: 'feed_topics',
  columns: { topic: 'plain', position: 'plain' },
  kept: false,
} as const satisfies OperationalEntry<FeedTopicEntity>;

export const FEED_CHANGES = {
  role: 'operational',
  name: 'feed_changes',
  columns: {
    position: 'plain',
    number: 'plain',
    topic: 'plain',
    kind: 'plain',
    ids: 'document',
    isComplete: 'flag',
    committedAt: 'timestamp',
  },
  kept: false,
} as const satisfies OperationalEntry<FeedChangeEntity>;
