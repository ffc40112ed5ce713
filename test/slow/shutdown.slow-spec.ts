import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { TrafficBudget } from '../../src/http/traffic/index.js';
import { EventsTextService } from '../../src/events/events.service.js';
import { anEvent } from '../factories/index.js';
import { RawSocket } from '../factories/raw-socket.js';
import { startService, type TestService } from '../support/service.js';

const MB = 1_048_576;

/** A service that waited for a client would take a minute at least: until the client dawdled for too long. */
describe('A service that is asked to stop', () => {
  let service: TestService;
  let head: (method: string, path: string, ...more: string[]) => string;
  const sockets: RawSocket[] = [];

  async function open(bytes: string): Promise<RawSocket> {
    const socket = await RawSocket.open(service.url);
    sockets.push(socket);
    socket.send(bytes);
    return socket;
  }

  beforeEach(async () => {
    service = await startService();
    head = (method, path, ...more) =>
      [
        `${method} /api${path} HTTP/1.1`,
        'Host: jarvis',
        `Authorization: Bearer ${service.token}`,
        'Content-Type: application/json',
        ...more,
        '',
        '',
      ].join('\r\n');
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.close();
    await service.destroy();
  });

  it('cuts off an export that nobody takes, so that it cannot be taken for a whole one', async () => {
    const state = 'x'.repeat(12 * MB);
    await service.call('post', '/memory/snapshots').send({ snapshot: { state } }).expect(201);
    const lazy = await open(head('GET', '/memory/export'));
    await lazy.until(/jarvis-memory-export/);
    lazy.pause();
    await sleep(50);
    await service.stop();
    lazy.resume();
    await lazy.closed;
    expect(lazy.received).toMatch(/^Transfer-Encoding: chunked/im);
    expect(lazy.received).not.toMatch(/"end":true|\r\n0\r\n\r\n$/);
  });

  it('cuts off an answer of known length that nobody takes', async () => {
    const state = 'x'.repeat(12 * MB);
    await service.call('post', '/memory/snapshots').send({ snapshot: { state } }).expect(201);
    const lazy = await open(head('GET', '/memory/snapshots/latest'));
    await lazy.until(/Content-Length/);
    lazy.pause();
    await service.stop();
    lazy.resume();
    await lazy.closed;
    expect(lazy.received.length).toBeLessThan(12 * MB);
    const budget = service.app.get(TrafficBudget);
    while (budget.held > 0) await sleep(5);
  });

  it('waits neither for half a request nor for who merely stays', async () => {
    await open('');
    await open('GET /api/health/live HTTP/1.1\r\nHost: ');
    await open(`${head('POST', '/memory/events', 'Content-Length: 1000')}{"type":`);
    const budget = service.app.get(TrafficBudget);
    while (budget.held === 0) await sleep(5);
    await service.stop();
    while (budget.held > 0) await sleep(5);
    expect(budget.clients).toBe(0);
  });

  it('answers a request that has arrived, however long that takes', async () => {
    const events = service.app.get(EventsTextService, { strict: false });
    const save = events.saveEvent.bind(events);
    let goOn = (): void => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    const spy = jest.spyOn(events, 'saveEvent').mockImplementation(async (input) => {
      await gate;
      return save(input);
    });
    const text = JSON.stringify(anEvent());
    const writing = await open(`${head('POST', '/memory/events', `Content-Length: ${text.length}`)}${text}`);
    while (spy.mock.calls.length === 0) await sleep(5);
    const stopped = service.stop();
    // Longer than what waits for the other side is waited for.
    await sleep(2500);
    expect(writing.isOpen).toBe(true);
    goOn();
    await Promise.all([stopped, writing.closed]);
    expect(writing.received).toMatch(/^HTTP\/1\.1 201 /);
  });
});
