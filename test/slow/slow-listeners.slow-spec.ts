import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MemoryChanges } from '../../src/index.js';
import { aLargeSnapshot, aMessage, anEvent } from '../factories/index.js';
import { EventStream } from '../support/event-stream.js';
import { ask, until } from '../support/instances.js';
import { startService, type TestService } from '../support/service.js';

describe('Listeners that are slow', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
  });
  afterAll(() => service.destroy());

  const metric = async (name: string): Promise<number> => {
    const { text } = await service.call('get', '/metrics').expect(200);
    return Number(new RegExp(`^jarvis_memory_${name} (\\S+)$`, 'm').exec(text)?.[1]);
  };

  /** More than what the buffers of the system take for a connection. */
  async function fill(messages: number): Promise<void> {
    const content = 'x'.repeat(900_000);
    for (let n = 0; n < messages; n++) {
      await ask(service, 'POST', '/memory/conversations', { send: aMessage({ content }) });
    }
  }

  it('are ended where much waits for them, and have missed nothing when they come back', async () => {
    const { body } = await service.call('get', '/memory/changes?wait=0').expect(200);
    const { next: start } = body as { next: string };
    const dropped = await metric('streams_dropped_total');
    const slow = await EventStream.open(service, `?after=${start}`);
    slow.pause();
    await fill(30);
    await until(async () => (await metric('streams_dropped_total')) > dropped);
    slow.resume();
    await slow.closed();
    const last = slow.events.at(-1)?.id ?? start;
    const again = await EventStream.open(service, '', { lastEventId: last });
    await until(() => slow.rows.length + again.rows.length >= 30);
    const ids = [...slow.rows, ...again.rows].map(({ id }) => id);
    expect(new Set(ids).size).toBe(30);
    expect(ids).toEqual([...ids].sort((one, other) => one - other));
    again.cut();
  }, 120_000);

  it('get a snapshot of many megabytes, and what comes after it', async () => {
    const stream = await EventStream.open(service, '?topic=snapshots&topic=events');
    const snapshot = aLargeSnapshot(12);
    await service.call('post', '/memory/snapshots').send({ snapshot }).expect(201);
    const { body } = await service.call('post', '/memory/events').send(anEvent()).expect(201);
    stream.pause();
    await sleep(500);
    stream.resume();
    await until(() => stream.rows.length === 2);
    expect(stream.rows[0]!['snapshot']).toEqual(snapshot);
    expect(stream.rows[1]).toEqual((body as { event: unknown }).event);
    stream.cut();
  }, 120_000);

  it('are not needed by those in the process, who come and go', async () => {
    const changes = service.app.get(MemoryChanges, { strict: false });
    for (let n = 0; n < 1000; n++) changes.changes().subscribe().unsubscribe();
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
  });
});
