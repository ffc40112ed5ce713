import { Client as ModernClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../src/database/index.js';
import { aKey } from './factories/keys.js';
import { rawRequest } from './factories/http.js';
import { aMessage, anEvent } from './factories/index.js';
import { ask, startInstances, until } from './support/instances.js';
import { scrape } from './support/metrics.js';
import { startService, startUnusable, type TestService } from './support/service.js';

const ERA = '2026-07-28';
const ALL = ['memory://events', 'memory://conversations', 'memory://snapshots', 'memory://preferences'];
const clients: ModernClient[] = [];

interface Told {
  readonly uri: string;
  readonly _meta: Record<string, unknown>;
}

async function connect(
  { url }: { url: string },
  credential: string,
): Promise<{ client: ModernClient; told: Told[] }> {
  const client = new ModernClient(
    { name: 'tests', version: '1' },
    { versionNegotiation: { mode: { pin: ERA } } },
  );
  const requestInit = { headers: { Authorization: `Bearer ${credential}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL('/api/mcp', url), { requestInit }));
  clients.push(client);
  const told: Told[] = [];
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
    told.push(params as Told);
  });
  return { client, told };
}

const urisOf = (told: readonly Told[]): string[] => told.map(({ uri }) => uri);

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

describe('A client of the newer era that listens', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.destroy());

  it('has one resource for each kind of memory, and reads what is newest', async () => {
    await service
      .call('post', '/memory/events')
      .send(anEvent({ summary: 'The newest' }))
      .expect(201);
    await service.call('put', '/memory/preferences/language').send({ value: 'German' }).expect(200);
    const { client } = await connect(service, service.token);
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual(ALL);
    const read = async (uri: string): Promise<{ items: { line: string }[] }> => {
      const { contents } = await client.readResource({ uri });
      expect(contents).toMatchObject([{ uri, mimeType: 'application/json' }]);
      return JSON.parse((contents[0] as { text: string }).text);
    };
    expect((await read('memory://events')).items[0]!.line).toContain('The newest');
    expect((await read('memory://preferences')).items[0]!.line).toContain('language');
    expect((await read('memory://snapshots')).items).toEqual([]);
    await expect(client.readResource({ uri: 'memory://secrets' })).rejects.toThrow(/no resource/);
  });

  it('is told of what it asked for, at most once a second, and from where the stream goes on', async () => {
    const { client, told } = await connect(service, service.token);
    await client.listen({ resourceSubscriptions: ['memory://events', 'memory://preferences'] });
    const begun = Date.now();
    for (let count = 0; count < 20; count++) {
      await service.call('post', '/memory/events').send(anEvent()).expect(201);
      await service.call('post', '/memory/conversations').send(aMessage()).expect(201);
    }
    await service.call('put', '/memory/preferences/colour').send({ value: 'red' }).expect(200);
    const events = (): Told[] => told.filter(({ uri }) => uri === 'memory://events');
    // What is told last is where the stream goes on, with no event left out.
    await until(async () => {
      const after = events().at(-1)?._meta['jarvis-memory/change'];
      if (after === undefined) return false;
      const { body } = await service.call('get', `/memory/changes?after=${String(after)}&wait=0`).expect(200);
      return !JSON.stringify(body.changes).includes('event.saved');
    });
    await until(() => urisOf(told).includes('memory://preferences'));
    // At once, then at most once in each second that has begun.
    expect(events().length).toBeLessThanOrEqual(2 + (Date.now() - begun) / 1000);
    expect(new Set(urisOf(told))).toEqual(new Set(['memory://events', 'memory://preferences']));
  });

  it('is told of everything where it is not known what changed', async () => {
    const { client, told } = await connect(service, service.token);
    await client.listen({ resourceSubscriptions: ALL });
    await service.call('delete', '/memory/preferences/colour').expect(204);
    await until(() => urisOf(told).includes('memory://preferences'));
    told.length = 0;
    service.app.get(Database).changes.noteUnknown();
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
    await until(() => new Set(urisOf(told)).size === ALL.length);
  });

  it('takes a seat among all who listen, and gives it back', async () => {
    const seats = async (): Promise<number> =>
      (await scrape(service)).get('jarvis_memory_stream_seats_taken')!;
    const { secret } = await aKey(service, 'reader');
    const { client } = await connect(service, secret);
    const subscriptions = [];
    for (let count = 0; count < 20; count++)
      subscriptions.push(await client.listen({ resourceSubscriptions: ALL }));
    expect(await seats()).toBe(20);
    await expect(client.listen({ resourceSubscriptions: ALL })).rejects.toThrow();
    for (const subscription of subscriptions) await subscription.close();
    await until(async () => (await seats()) === 0);
  });

  it('has nothing to listen to where it may not read, or where the tools are all that could change', async () => {
    const { secret } = await aKey(service, 'ingest');
    const { client } = await connect(service, secret);
    expect(client.getServerCapabilities()).toEqual({ tools: { listChanged: false } });
    const { client: owner } = await connect(service, service.token);
    const subscription = await owner.listen({ toolsListChanged: true });
    expect(subscription.honoredFilter).toEqual({});
  });

  it('is let go when its key is deleted', async () => {
    const { id, secret } = await aKey(service, 'reader');
    const { client } = await connect(service, secret);
    const subscription = await client.listen({ resourceSubscriptions: ALL });
    await service.call('delete', `/auth/keys/${id}`).expect(204);
    expect(await subscription.closed).toBe('remote');
  }, 30_000);

  it('is let go within a second when the service stops', async () => {
    const stopping = await startService();
    const { client } = await connect(stopping, stopping.token);
    const subscription = await client.listen({ resourceSubscriptions: ALL });
    const begun = performance.now();
    await stopping.destroy();
    expect(performance.now() - begun).toBeLessThan(2500);
    expect(await subscription.closed).toBe('remote');
  });

  it('is told that the memory cannot be read, where that is so', async () => {
    const down = await startUnusable();
    const { client } = await connect(down, down.token);
    await expect(client.readResource({ uri: 'memory://events' })).rejects.toMatchObject({
      data: { code: 'database_unavailable' },
    });
    await expect(client.listen({ resourceSubscriptions: ALL })).rejects.toThrow();
    await client.close();
    await down.destroy();
  });

  it('leaves an older client without the promise to be told', async () => {
    const initialize = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'tests', version: '1' },
      },
    };
    const { text } = await rawRequest(service.url, {
      method: 'POST',
      path: '/api/mcp',
      headers: {
        Authorization: `Bearer ${service.token}`,
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify(initialize),
    });
    expect(text).toContain('"resources":{"listChanged":false,"subscribe":false}');
  });
});

describe('Two instances on one PostgreSQL database', () => {
  it('tell an agent at one of them what was saved at the other', async () => {
    const instances = await startInstances();
    const { client, told } = await connect(instances.one, instances.one.token);
    await client.listen({ resourceSubscriptions: ['memory://events'] });
    await ask(instances.other, 'POST', '/memory/events', { send: anEvent() });
    await until(() => told.length > 0);
    expect(urisOf(told)).toEqual(['memory://events']);
    await client.close();
    await instances.destroy();
  }, 60_000);
});
