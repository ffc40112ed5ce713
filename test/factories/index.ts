import type { EventInput } from '../../src/events/index.js';
import type { MessageInput } from '../../src/conversations/index.js';

/** A valid event; name only what the test is about. */
export function anEvent(parts: Partial<EventInput> = {}): EventInput {
  return { type: 'alert', source: 'monitor', summary: 'Disk usage on pve2 is at 91 %', ...parts };
}

/** A valid message; name only what the test is about. */
export function aMessage(parts: Partial<MessageInput> = {}): MessageInput {
  return { sessionId: 'chat-1', role: 'user', content: 'Why is pve2 so slow tonight?', ...parts };
}

/** A small cluster state. */
export function aSnapshot(): Record<string, unknown> {
  return { quorate: true, nodes: [{ node: 'pve1', status: 'online', cpu: 0.12 }] };
}
