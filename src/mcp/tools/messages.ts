import { WRITERS } from '../../auth/roles.js';
import { CONVERSATIONS_TOPIC, CreateMessageDto } from '../../conversations/index.js';
import { receiptOf, receiptSchema } from '../receipt.js';
import { ADDS, defineTool } from '../tool.js';

export const SAVE_MESSAGE = defineTool({
  name: 'memory_save_message',
  title: 'Save a message',
  description: `Save one turn of a conversation, so that it is found later. All turns of one conversation have the same sessionId, which you choose.
Answers with a receipt { kind, id, timestamp, durable, version } once the message is on disk. Do not save what the memory itself has answered.
Example: {"sessionId":"chat-2026-11-22-a","role":"user","content":"Why is pve2 so slow tonight?"}`,
  roles: WRITERS,
  effect: ADDS,
  input: CreateMessageDto,
  output: receiptSchema('message', 'integer'),
  run: async (memory, input) => {
    const { id, timestamp } = await memory.conversations.saveMessage(input);
    return receiptOf(memory, CONVERSATIONS_TOPIC, { kind: 'message', id, timestamp });
  },
});
