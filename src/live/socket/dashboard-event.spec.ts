import { describe, expect, it } from '@jest/globals';
import type { EventDto } from '../../events/index.js';
import { toDashboardEvent } from './dashboard-event.js';

const EVENT: EventDto = {
  id: 17,
  timestamp: '2026-11-27T20:15:00.000Z',
  type: 'alert',
  severity: 'warning',
  source: 'monitor',
  node: 'pve2',
  summary: '[Monitor] pve2: offline for 5 minutes',
  details: null,
  resolved: false,
  resolvedAt: null,
  resolvedBy: null,
};

function shown(summary: string, details: EventDto['details'] = null): [string, string] {
  const { title, message } = toDashboardEvent({ ...EVENT, summary, details });
  return [title, message];
}

describe('An event for the first dashboard', () => {
  it('has these members and no other, its id as text', () => {
    expect(toDashboardEvent(EVENT)).toEqual({
      id: '17',
      type: 'alert',
      severity: 'warning',
      title: 'pve2',
      message: 'offline for 5 minutes',
      node: 'pve2',
      source: 'monitor',
      timestamp: '2026-11-27T20:15:00.000Z',
      resolvedAt: null,
    });
  });

  it.each([
    ['[Monitor] Storage local: 91 % used', 'Storage local', '91 % used'],
    ['Storage local: 91 % used: soon full', 'Storage local', '91 % used: soon full'],
    ['The backup of 02:15 failed', 'The backup of 02:15 failed', 'The backup of 02:15 failed'],
    ['[System]', '[System]', '[System]'],
    ['[Monitor] all is well', 'all is well', 'all is well'],
    [': odd', ': odd', ': odd'],
    [`${'x'.repeat(61)}: rest`, `${'x'.repeat(61)}: rest`, `${'x'.repeat(61)}: rest`],
  ])('of the summary %j has %j above %j', (summary, title, message) => {
    expect(shown(summary)).toEqual([title, message]);
  });

  it('has the message of the details where the summary has none', () => {
    expect(shown('Disk full', { message: '91 % of local' })).toEqual(['Disk full', '91 % of local']);
    expect(shown('pve2: offline', { message: 'not this' })).toEqual(['pve2', 'offline']);
    for (const details of ['text', [1], { message: 7 }, { message: ' ' }, {}, null]) {
      expect(shown('Disk full', details)).toEqual(['Disk full', 'Disk full']);
    }
  });

  it('is of bounded length, whatever was saved, and cuts no character in two', () => {
    expect(shown('🚨'.repeat(500))).toEqual([`${'🚨'.repeat(39)}…`, '🚨'.repeat(500)]);
    const [title, message] = shown('x'.repeat(1000), { message: 'y'.repeat(1_000_000) });
    expect([title.length, message.length]).toEqual([80, 1000]);
  });
});
