import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as LegacyStdioTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TOOLS } from '../../src/mcp/tools/index.js';
import { rawRequest, type RawAnswer } from '../factories/http.js';
import { aMessage, anEvent } from '../factories/index.js';
import { startBuilt } from '../support/built.js';
import { startCli } from '../support/cli.js';
import { ERAS, startMcp, type McpConnection } from '../support/mcp.js';
import { startService, temporaryFolder } from '../support/service.js';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  file = join(folder, 'jarvis.db');
  const service = await startService({ folder });
  await service.stop();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(ERAS)('The command that serves tools, to a client of %s', (era) => {
  let client: McpConnection;
  beforeAll(async () => {
    client = await startMcp(era, { DB_PATH: file });
  });
  afterAll(() => client.close());

  it('has all tools, and each works', async () => {
    expect((await client.list()).map(({ name }) => name)).toEqual(TOOLS.map(({ listed }) => listed.name));
    const event = await client.call('memory_save_event', { ...anEvent({ node: `of ${era}` }) });
    const message = await client.call('memory_save_message', { ...aMessage(), toolCalls: [{ name: 'x' }] });
    expect([event, message]).toMatchObject(
      Array(2).fill({ isError: false, answer: { durable: true, version: expect.any(String) } }),
    );
    const ids = [`event ${event.answer.id}`, `message ${message.answer.id}`];
    const { answer } = await client.call('memory_get', { ids, neighbours: 1 });
    expect(answer.items).toContainEqual(expect.objectContaining({ kind: 'event', node: `of ${era}` }));
    expect(await client.call('memory_resolve_event', { id: event.answer.id })).toMatchObject({
      answer: { resolvedBy: 'jarvis' },
    });
    const { answer: found } = await client.call('memory_search', { q: `Disk usage of ${era}` });
    expect(found.results).toContainEqual({
      id: `event ${event.answer.id}`,
      line: expect.stringContaining(`of ${era} Disk usage`),
      tokens: expect.any(Number),
    });
    await client.call('memory_set_preference', { key: era, value: 'yes' });
    const { answer: read } = await client.call('memory_get_preferences', { keys: [era] });
    expect(read.preferences).toMatchObject([{ key: era, value: 'yes' }]);
    expect(await client.call('memory_get', { ids: ['event 1'], other: 1 })).toMatchObject({
      isError: true,
      answer: { code: 'validation_failed' },
    });
  });

  it('answers many calls at once, beside another agent', async () => {
    const other = await startMcp(era, { DB_PATH: file });
    const calls = Array.from({ length: 8 }, (_, at) =>
      (at % 2 ? client : other).call('memory_save_event', { ...anEvent({ summary: `number ${at}` }) }),
    );
    const ids = (await Promise.all(calls)).map(({ isError, answer }) => (isError ? answer : answer.id));
    expect(new Set(ids).size).toBe(8);
    expect(ids).toEqual(ids.map(() => expect.any(Number)));
    await other.close();
  });

  it('lets a service start, works beside it, and the service has at once what it writes', async () => {
    const service = await startBuilt({ DB_PATH: file, JARVIS_PASSWORD: 'the password of this test' });
    try {
      const login = await fetch(`${service.url}/api/auth/login`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ password: 'the password of this test' }),
      });
      const { token } = (await login.json()) as { token: string };
      const headers = { Authorization: `Bearer ${token}` };
      const preferences = (tag?: string): Promise<RawAnswer> =>
        rawRequest(service.url, {
          path: '/api/memory/preferences',
          headers: { ...headers, ...(tag !== undefined && { 'If-None-Match': tag }) },
        });
      const tag = String((await preferences()).headers.etag);
      expect((await preferences(tag)).status).toBe(304);
      await client.call('memory_set_preference', { key: 'beside a service', value: era });
      const after = await preferences(tag);
      expect(after.status).toBe(200);
      expect(after.text).toContain(`"beside a service","value":"${era}"`);
    } finally {
      await service.end();
    }
    expect(await client.call('memory_get_preferences', {})).toMatchObject({ isError: false });
  });
});

describe('The command that serves tools', () => {
  it('has the tools of its role', async () => {
    const client = await startMcp('2025-11-25', { DB_PATH: file }, ['--role', 'ingest']);
    expect((await client.list()).map(({ name }) => name)).toEqual(['memory_save_event']);
    await client.close();
  });

  it('says where there is no memory, and makes none', async () => {
    const { code, stdout, stderr } = await startCli(['mcp'], { DB_PATH: join(folder, 'other.db') }).done;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('There is no database at');
  });

  it('tells the agent when the memory goes away', async () => {
    const service = await startService({ folder: await temporaryFolder() });
    await service.stop();
    const client = await startMcp('2026-07-28', { DB_PATH: service.file });
    await client.call('memory_get', { ids: ['event 1'] });
    await rm(service.folder, { recursive: true });
    const { isError, answer } = await client.call('memory_get', { ids: ['event 1'] });
    expect({ isError, answer }).toMatchObject({ isError: true, answer: { code: 'database_unavailable' } });
    await client.close();
  });
});

describe('An agent that listens over standard input', () => {
  const SETTINGS = (): Record<string, string> => ({ PATH: String(process.env['PATH']), DB_PATH: file });
  const PROGRAM = {
    command: process.execPath,
    args: ['dist/src/cli/main.js', 'mcp'],
    stderr: 'ignore' as const,
  };
  const ABOUT_US = { name: 'tests', version: '1' };

  /** Saves an event of another program until the agent is told: it is looked at now and then. */
  async function expectTold(told: readonly string[]): Promise<void> {
    const writer = await startMcp('2026-07-28', { DB_PATH: file });
    for (let tries = 0; tries < 20 && told.length === 0; tries++) {
      await writer.call('memory_save_event', { ...anEvent() });
      await sleep(1000);
    }
    await writer.close();
    expect(new Set(told)).toEqual(new Set(['memory://events']));
  }

  it('is told by subscriptions/listen, in the newer era', async () => {
    const client = new ModernClient(ABOUT_US, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
    await client.connect(new StdioClientTransport({ ...PROGRAM, env: SETTINGS() }));
    const told: string[] = [];
    client.setNotificationHandler(
      'notifications/resources/updated',
      ({ params }) => void told.push(params.uri),
    );
    await client.listen({ resourceSubscriptions: ['memory://events'] });
    await expectTold(told);
    await client.close();
  }, 60_000);

  it('is told by resources/subscribe, in the older one', async () => {
    const client = new LegacyClient(ABOUT_US);
    await client.connect(new LegacyStdioTransport({ ...PROGRAM, env: SETTINGS() }));
    const told: string[] = [];
    client.setNotificationHandler(
      ResourceUpdatedNotificationSchema,
      ({ params }) => void told.push(params.uri),
    );
    await client.subscribeResource({ uri: 'memory://preferences' });
    await client.unsubscribeResource({ uri: 'memory://preferences' });
    await client.subscribeResource({ uri: 'memory://events' });
    await expectTold(told);
    await client.close();
  }, 60_000);
});
