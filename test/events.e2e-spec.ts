import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anEvent } from './factories/index.js';
import { startService, type TestService } from './support/service.js';

describe('Events over HTTP', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.destroy());

  it('saves an event, says where it is, and returns it as it was sent', async () => {
    const details = { z: 1, a: [1, { deep: null }], text: 'ünïcode 🚨', 'with space': true };
    const sent = anEvent({
      severity: 'critical',
      node: 'pve2',
      details,
      timestamp: '2026-11-22T21:15:00+01:00',
    });
    const { body, headers } = await service.call('post', '/memory/events').send(sent).expect(201);
    expect(body).toEqual({
      event: {
        ...sent,
        id: 1,
        timestamp: '2026-11-22T20:15:00.000Z',
        resolved: false,
        resolvedAt: null,
        resolvedBy: null,
      },
    });
    expect(headers['location']).toBe('/api/memory/events/1');
    const again = await service.call('get', '/memory/events/1').expect(200);
    expect(again.text).toBe(JSON.stringify(body));
  });
});
