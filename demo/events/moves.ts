import type { Move } from '../moves.js';
import type { Story } from '../story.js';
import { SECOND } from '../time.js';
import type { DraftEvent } from './draft.js';

/** What Jarvis moved, and why the monitor was silent. */
export function upkeepEvents({ moves, pause }: Story): DraftEvent[] {
  const update = { tool: 'update_monitor', from: '2.3.0', to: '2.4.1' };
  const monitor: DraftEvent[] = pause
    ? [
        {
          at: pause.from - 20 * SECOND,
          type: 'action',
          source: 'jarvis',
          summary: 'Began to update the monitor to 2.4.1',
          details: update,
        },
        {
          at: pause.until,
          type: 'status',
          source: 'monitor',
          summary: 'The monitor is back after 24 minutes without snapshots',
          details: { version: update.to, minutes: 24 },
        },
      ]
    : [];
  return [...moves.map(moveEvent), ...monitor];
}

const WHY: Readonly<Record<string, string>> = {
  'postgres/pve1': 'pve2 has no room for its log',
  'postgres/pve2': 'pve2 has room again',
  'books/pve1': 'its pool has lost a drive',
};

function moveEvent({ guest: { vmid, name }, from, to, at }: Move): DraftEvent {
  return {
    at: at + 2 * SECOND,
    type: 'action',
    source: 'jarvis',
    node: from,
    summary: `Moved ${vmid} (${name}) from ${from} to ${to}: ${WHY[`${name}/${to}`] ?? 'as planned'}`,
    details: { tool: 'migrate_guest', guest: vmid, from, to, seconds: 41, online: true },
  };
}
