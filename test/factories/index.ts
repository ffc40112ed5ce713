import type { MessageInput } from '../../src/conversations/index.js';
import type { EventInput } from '../../src/events/index.js';

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

/** A cluster state of about `megabytes` MB as JSON text, with text that takes several bytes a character. */
export function aLargeSnapshot(megabytes: number): Record<string, unknown> {
  const guest = (vmid: number): object => ({
    vmid,
    name: `guest-${vmid}`,
    node: `pve${(vmid % 4) + 1}`,
    cpu: vmid / 7,
    tags: ['🏠', 'wartung-öffnen', null, true],
    note: 'x'.repeat(900),
  });
  return { quorate: true, guests: Array.from({ length: megabytes * 1000 }, (_, index) => guest(index)) };
}

/** JSON text of `levels` objects inside one another. */
export function nestedJson(levels: number): string {
  return '{"a":'.repeat(levels - 1) + '{}' + '}'.repeat(levels - 1);
}

/** Keys that mean something to JavaScript, and an order that sorting would change. */
export const AWKWARD_JSON =
  '{"z":1,"__proto__":{"polluted":true},"constructor":{"name":"x"},"toJSON":"not a function","a":[],' +
  '"prototype":null,"hasOwnProperty":1,"":"empty key","with space":"\\u0000\\ud83d","ünïcode 🚨":1e-7,"A":{}}';
