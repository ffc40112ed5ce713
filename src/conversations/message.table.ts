import type { ContentEntry } from '../database/index.js';
import type { MessageEntity } from './message.entity.js';

export const MESSAGES = {
  role: 'content',
  name: 'conversations',
  kind: 'message',
  key: 'id',
  timeField: 'timestamp',
  columns: {
    id: 'id',
    sessionId: 'plain',
    timestamp: 'timestamp',
    role: 'plain',
    content: 'plain',
    model: 'plain',
    tokensUsed: 'plain',
    inputTokens: 'plain',
    outputTokens: 'plain',
    costUsd: 'amount',
    toolCalls: 'document',
  },
  isOriginal: true,
  search: { body: ['content', 'toolCalls'], tags: {} },
} as const satisfies ContentEntry<MessageEntity>;
