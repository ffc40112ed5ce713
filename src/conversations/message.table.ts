import type { KeptEntry } from '../database/index.js';
import { MessageEntity } from './message.entity.js';

export const MESSAGES = {
  role: 'kept',
  definedBy: MessageEntity,
  kind: 'message',
  timeField: 'timestamp',
  forms: { timestamp: 'timestamp', toolCalls: 'document' },
  isOriginal: true,
} as const satisfies KeptEntry<keyof MessageEntity>;
