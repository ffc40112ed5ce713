import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ROLES, type Role } from '../src/auth/roles.js';
import { MAX_ANSWER_BYTES } from '../src/mcp/answer-size.js';
import { TOOLS } from '../src/mcp/tools/index.js';
import { aKey } from './factories/keys.js';
import { rawRequest, type RawAnswer } from './factories/http.js';
import { aMessage, anEvent, aSnapshot } from './factories/index.js';
import { connectMcp, ERAS, type McpConnection, type ToolAnswer } from './support/mcp.js';
import { startService, startUnusable, type TestService } from './support/service.js';

const DASHBOARD = 'http://dashboard.lan:3000';
const ALL = TOOLS.map(({ listed }) => listed.name);

let service: TestService;
beforeAll(async () => {
  service = await startService({ environment: { CORS_ORIGINS: DASHBOARD } });
});
afterAll(() => service.destroy());

const HEADERS = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };

/** A request as a client might never send it. */
function raw(message: unknown, headers: Record<string, string> = {}, method = 'POST'): Promise<RawAnswer> {
  const body = message === undefined ? undefined : JSON.stringify(message);
  return rawRequest(service.url, {
    method,
    path: '/api/mcp',
    headers: {
      Authorization: `Bearer ${service.token}`,
      ...HEADERS,
      ...(body !== undefined && { 'Content-Length': String(Buffer.byteLength(body)) }),
      ...headers,
    },
    body,
  });
}

/** A call in the form of the newer era. */
function callOf(name: string, values: object): object {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'tests', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: values, _meta: meta } };
}

const modern = (name: string): Record<string, string> => ({
  'MCP-Protocol-Version': '2026-07-28',
  'Mcp-Method': 'tools/call',
  'Mcp-Name': name,
});

async function withClient<T>(credential: string, use: (client: McpConnection) => Promise<T>): Promise<T> {
  const client = await connectMcp('2026-07-28', service.url, credential);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

/** What everything that a tool answers has to be. */
function expectSound({ isError, text, answer, structured }: ToolAnswer): void {
  expect({ isError, text: isError ? text : '' }).toEqual({ isError: false, text: '' });
  expect(structured).toEqual(answer);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
}

describe.each(ERAS)('An official client of %s', (era) => {
  let client: McpConnection;
  beforeAll(async () => {
    client = await connectMcp(era, service.url, service.token);
  });
  afterAll(() => client.close());

  async function answerOf(name: string, values: Record<string, unknown>): Promise<ToolAnswer['answer']> {
    const result = await client.call(name, values);
    expectSound(result);
    return result.answer;
  }

  it('is told what the memory is for, and how to use each tool', async () => {
    expect(client.instructions).toContain('memory of a homelab');
    const tools = await client.list();
    expect(tools.map(({ name }) => name)).toEqual(ALL);
    for (const tool of tools) {
      expect(tool.description).toMatch(/Answers .*\nExample: \{/s);
      expect(tool['annotations']).toMatchObject({ openWorldHint: false });
      expect(tool['inputSchema']).toMatchObject({ type: 'object', additionalProperties: false });
      new Ajv2020({
        strict: true,
        strictTypes: false,
        allowUnionTypes: true,
        formats: { 'date-time': true },
      }).compile(tool['inputSchema'] as object);
    }
  });

  it('saves an event, reads it among its neighbours and resolves it', async () => {
    const node = `node-${era}`;
    const saved: ToolAnswer['answer'][] = [];
    for (const summary of ['first', 'second', 'third']) {
      saved.push(
        await answerOf('memory_save_event', { ...anEvent({ summary, node }), details: { used: 91.4 } }),
      );
    }
    const receipt = { kind: 'event', durable: true, id: expect.any(Number), version: expect.any(String) };
    expect(saved).toEqual(Array(3).fill({ ...receipt, timestamp: expect.any(String) }));
    expect(new Set(saved.map(({ version }) => version)).size).toBe(3);
    const ids = saved.map(({ id }) => Number(id));

    const { items } = await answerOf('memory_get', { ids: [`[event ${ids[1]}]`], neighbours: 1 });
    const beside = { neighbourOf: `event ${ids[1]}`, node };
    expect(items).toMatchObject([
      { ...beside, id: ids[0], summary: 'first' },
      { id: ids[1], summary: 'second', details: { used: 91.4 }, resolved: false },
      { ...beside, id: ids[2], summary: 'third' },
    ]);

    const resolution = await answerOf('memory_resolve_event', { id: ids[1] });
    expect(resolution).toMatchObject({ ...receipt, id: ids[1], resolvedBy: 'jarvis' });
    expect(await answerOf('memory_resolve_event', { id: ids[1], resolvedBy: 'user' })).toEqual(resolution);
    expect((await service.call('get', `/memory/events/${ids[1]}`).expect(200)).body.event).toMatchObject({
      resolved: true,
      resolvedBy: 'jarvis',
    });
  });

  it('saves the turns of a conversation and reads one among them', async () => {
    const sessionId = `chat-${era}`;
    const ids: number[] = [];
    for (const content of ['one', 'two', 'three', 'four']) {
      const message = { ...aMessage({ sessionId, content }), toolCalls: [{ name: 'node_status' }] };
      ids.push(Number((await answerOf('memory_save_message', message)).id));
    }
    const { items } = await answerOf('memory_get', { ids: [`message ${ids[2]}`], neighbours: 5 });
    expect((items as { content: string }[]).map(({ content }) => content)).toEqual([
      'one',
      'two',
      'three',
      'four',
    ]);
    expect(items[2]).toMatchObject({ kind: 'message', toolCalls: [{ name: 'node_status' }] });
    expect(items[2]).not.toHaveProperty('neighbourOf');
  });

  it('says what changed in the cluster', async () => {
    const [day, guest] = [
      era === ERAS[0] ? 2 : 3,
      { id: 'qemu/104', vmid: 104, type: 'qemu', name: 'dns', node: 'pve1' },
    ];
    for (const [hour, status] of [
      ['02', 'running'],
      ['04', 'stopped'],
    ])
      await service
        .call('post', '/memory/snapshots')
        .send({ timestamp: `2026-01-0${day}T${hour}:00:00Z`, snapshot: { data: [{ ...guest, status }] } })
        .expect(201);
    const moment = (hour: string): string => `2026-01-0${day}T${hour}:30:00.000Z`;
    const { items, from, to, nextCursor } = await answerOf('memory_diff', {
      from: moment('02'),
      to: moment('04'),
    });
    expect(items).toEqual([
      {
        line: 'guest qemu/104 (dns) went from running to stopped',
        kind: 'guest.stopped',
        subject: 'qemu/104',
        node: 'pve1',
      },
    ]);
    expect([from, to, nextCursor]).toMatchObject([{ timestamp: `2026-01-0${day}T02:00:00.000Z` }, {}, null]);
    const same = await answerOf('memory_diff', { from: moment('04'), to: moment('05') });
    expect(same.items).toEqual([]);
    expect(await client.call('memory_diff', { from: '2025-01-01' })).toMatchObject({ isError: true });
  });

  it('sets preferences and reads them', async () => {
    const key = `language-${era}`;
    expect(await answerOf('memory_set_preference', { key, value: 7 })).toMatchObject({
      kind: 'preference',
      id: key,
    });
    const { preferences } = await answerOf('memory_get_preferences', { keys: [key, 'not set'] });
    expect(preferences).toMatchObject([{ key, value: '7' }]);
  });

  it('finds what it saved, in one line each, and what it would cost to read', async () => {
    const word = `zebra${era.replaceAll('-', '')}`;
    const event = await answerOf('memory_save_event', {
      ...anEvent({ summary: `The ${word} is in the rack\nof pve2`, node: 'pve2', severity: 'warning' }),
      details: { note: 'x'.repeat(50_000) },
    });
    await answerOf(
      'memory_save_message',
      aMessage({ sessionId: word, content: `I saw a ${word} today` }) as never,
    );
    await answerOf('memory_set_preference', { key: `pet-${era}`, value: word });
    const found = await answerOf('memory_search', { q: `where is the ${word}?` });
    const lines = found.results as { id: string; line: string; tokens: number }[];
    expect(lines.map(({ id }) => id.split(' ')[0]).sort()).toEqual(['event', 'message', 'preference']);
    const { line, tokens } = lines.find(({ id }) => id === `event ${event.id}`)!;
    expect(line).toMatch(/^2\S+Z warning alert open: pve2 The zebra\d+ is in the rack of pve2/);
    expect(tokens).toBeGreaterThan(5000);
    expect(lines.find(({ id }) => id.startsWith('message'))!.tokens).toBeLessThan(150);
    expect(found).toMatchObject({
      nextCursor: null,
      searched: { kinds: ['event', 'message', 'preference'], from: null, to: null },
    });
    const nothing = await answerOf('memory_search', { q: word, node: 'pve9', since: '2026-11-01' });
    expect(nothing).toMatchObject({
      results: [],
      searched: { kinds: ['event'], from: '2026-11-01T00:00:00.000Z' },
    });
  });

  it('is told whether an event was seen before, and what helped', async () => {
    const node = `seen-${era}`;
    const at = (day: number, hour: number): string => `2026-11-0${day}T0${hour}:00:00.000Z`;
    const alert = (day: number): object => ({
      ...anEvent({ summary: `Disk usage on ${node} is at 9${day} %`, node }),
      timestamp: at(day, 1),
    });
    const first = await answerOf('memory_save_event', alert(1) as never);
    const action = { type: 'action', source: 'jarvis', summary: 'Deleted old backups', node } as const;
    await answerOf('memory_save_event', { ...action, timestamp: at(1, 2) });
    await answerOf('memory_resolve_event', { id: first.id });
    const again = await answerOf('memory_save_event', alert(5) as never);
    const { pattern, items } = await answerOf('memory_similar', { id: again.id });
    expect(pattern).toMatchObject({ timesSeen: 2, node, resolved: { times: 1, of: 2 } });
    expect(items).toContainEqual(
      expect.objectContaining({ about: 'action', summary: 'Deleted old backups' }),
    );
    expect(items).toContainEqual({
      about: 'earlier',
      id: `event ${first.id}`,
      line: `${at(1, 1)} info alert resolved ${node}: Disk usage on ${node} is at 91 %`,
    });
    const { items: around, coverage } = await answerOf('memory_timeline', {
      around: `event:${again.id}`,
      node,
      minutes: 60,
    });
    expect(around).toEqual([
      { id: `event ${again.id}`, line: `${at(5, 1)} event info ${node}: Disk usage on ${node} is at 95 %` },
    ]);
    expect(coverage).toMatchObject({ from: at(5, 0), thinned: false });
    const { items: resolutions } = await answerOf('memory_timeline', { kind: ['resolution'], node });
    expect(resolutions).toMatchObject([{ id: `event ${first.id}` }]);
    expect(await client.call('memory_similar', { id: 999_999 })).toMatchObject({
      isError: true,
      answer: { code: 'not_found' },
    });
  });

  it('is handed the context of a question within its budget', async () => {
    const word = `quokka${era.replaceAll('-', '')}`;
    const { id } = await answerOf('memory_save_event', anEvent({ summary: `The ${word} escaped` }) as never);
    const asked = { query: `Where is the ${word}?`, budgetTokens: 400 };
    const { text, tokens, sources } = await answerOf('memory_context', asked);
    expect(text).toContain(`[event ${id}]`);
    expect(sources).toContain(`event ${id}`);
    expect(tokens).toBeLessThanOrEqual(400);
    const { isError, answer } = await client.call('memory_context', { budgetTokens: 49 });
    expect({ isError, answer }).toMatchObject({
      isError: true,
      answer: { errors: [{ field: 'budgetTokens' }] },
    });
  });

  it('hears what was looked for where nothing is there', async () => {
    expect(await answerOf('memory_get', { ids: ['event 999', 'preference none'] })).toEqual({
      items: [],
      missing: ['event 999', 'preference none'],
      nextCursor: null,
      searched: { kinds: ['event', 'preference'], ids: 2, window: 'all time' },
    });
    expect(await answerOf('memory_get_preferences', { keys: ['none'] })).toMatchObject({
      preferences: [],
      searched: { kinds: ['preference'], keys: 1, window: 'all time' },
    });
  });

  it('is told in words that it can correct itself by', async () => {
    const { isError, answer } = await client.call('memory_save_event', { ...anEvent(), urgency: 'high' });
    expect(isError).toBe(true);
    expect(answer).toMatchObject({
      code: 'validation_failed',
      detail: 'Not valid: urgency.',
      errors: [{ field: 'urgency', message: expect.stringContaining('known are: type, source, summary') }],
    });
    const unknown = await client.call('memory_resolve_event', { id: 999_999 });
    expect(unknown).toMatchObject({ isError: true, answer: { code: 'not_found' } });
    const misnamed = await client.call('memory_get', { ids: ['event 1', 'page 2'] });
    expect(misnamed.answer).toMatchObject({ errors: [{ field: 'ids.1' }] });
    await expect(client.call('memory_forget', {})).rejects.toThrow(/-32602|There is no tool memory_forget/);
  });
});

describe('What is long', () => {
  const CONTENT = 'Ünïcode 🚨 "quoted"\n'.repeat(2000);

  it('comes in parts that fit, and is the same when they are put together', async () => {
    const toolCalls = {
      big: 12345678901234567890n.toString(),
      list: Array.from({ length: 900 }, (_, at) => at),
    };
    await withClient(service.token, async (client) => {
      const saved = await client.call('memory_save_message', {
        ...aMessage({ content: CONTENT }),
        toolCalls,
      });
      const ids = [`message ${String(saved.answer['id'])}`, `message ${String(saved.answer['id'])}`];
      let cursor: unknown;
      const texts = { content: '', toolCalls: '' };
      for (let page = 0; cursor !== null && page < 100; page++) {
        const result = await client.call('memory_get', { ids, ...(cursor !== undefined && { cursor }) });
        expectSound(result);
        const { items, nextCursor } = result.answer;
        for (const item of items as { content?: string; toolCalls?: string }[]) {
          texts.content += item.content ?? '';
          texts.toolCalls += item.toolCalls ?? '';
        }
        cursor = nextCursor;
      }
      expect(texts.content).toBe(CONTENT.repeat(2));
      expect(texts.toolCalls).toBe(JSON.stringify(toolCalls).repeat(2));
    });
  });

  it('is read beside the names of rows that are not there, however they are written', async () => {
    const missing = Array.from({ length: 19 }, (_, at) => `preference ${String(at)}${'\u0001'.repeat(100)}`);
    await withClient(service.token, async (client) => {
      const saved = await client.call('memory_save_message', { ...aMessage({ content: CONTENT }) });
      const ids = [...missing, `message ${String(saved.answer['id'])}`];
      const result = await client.call('memory_get', { ids });
      expectSound(result);
      expect(result.answer.missing).toHaveLength(19);
      expect((result.answer.items as { content: string }[])[0]?.content.length).toBeGreaterThan(1000);
    });
  });

  it('is found on pages that fit, none of it twice', async () => {
    const events = Array.from({ length: 60 }, (_, at) =>
      anEvent({ summary: `giraffe ${'🚨 long '.repeat(30)} ${'abcdefghij'[at % 10]!.repeat(3 + at)}` }),
    );
    await service.call('post', '/memory/events/batch').send({ events }).expect(201);
    await withClient(service.token, async (client) => {
      const ids: string[] = [];
      let cursor: unknown;
      for (let page = 0; cursor !== null && page < 40; page++) {
        const query = { q: 'giraffe', limit: 50, fold: false, kind: ['event'] };
        const result = await client.call('memory_search', {
          ...query,
          ...(cursor !== undefined && { cursor }),
        });
        expectSound(result);
        ids.push(...(result.answer.results as { id: string }[]).map(({ id }) => id));
        cursor = result.answer.nextCursor;
      }
      expect(ids.length).toBe(60);
      expect(new Set(ids).size).toBe(60);
    });
  });

  it('ends where the room ends, and goes on with the same arguments only', async () => {
    await service.call('post', '/memory/snapshots').send({ snapshot: aSnapshot() }).expect(201);
    const events = Array.from({ length: 30 }, (_, at) => anEvent({ summary: `${at} ${'x'.repeat(900)}` }));
    const { body } = await service.call('post', '/memory/events/batch').send({ events }).expect(201);
    const ids = (body.events as { id: number }[]).slice(0, 20).map(({ id }) => `event ${id}`);
    await withClient(service.token, async (client) => {
      const first = await client.call('memory_get', { ids });
      expectSound(first);
      const cursor = first.answer['nextCursor'];
      const second = await client.call('memory_get', { ids, cursor });
      const seen = [first, second].flatMap(({ answer }) => answer['items'] as { id: number }[]);
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
      const wrong = await client.call('memory_get', { ids: ids.slice(1), cursor });
      expect(wrong).toMatchObject({ isError: true, answer: { errors: [{ field: 'cursor' }] } });
    });
  });
});

describe('The role of the caller', () => {
  const MAY: Record<Role, RegExp> = {
    operator: /./,
    writer: /./,
    reader: /^memory_(?!save|set|resolve)/,
    ingest: /^memory_save_event$/,
  };

  it.each(ROLES)('%s has its tools and is refused the others', async (role) => {
    const { secret } = await aKey(service, role);
    await withClient(secret, async (client) => {
      const mine = ALL.filter((name) => MAY[role].test(name));
      expect((await client.list()).map(({ name }) => name)).toEqual(mine);
      for (const name of ALL.filter((one) => !mine.includes(one))) {
        const { isError, answer } = await client.call(name, {});
        expect({ isError, answer }).toMatchObject({ isError: true, answer: { code: 'forbidden' } });
        expect(answer['detail']).toContain(`Your role is ${role}.`);
      }
    });
  });
});

describe('The endpoint', () => {
  const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };

  it('asks for a credential in the way that clients know, and offers no other login', async () => {
    for (const headers of [{ Authorization: '' }, { Authorization: 'Bearer jm_nobody' }]) {
      const answer = await raw(LIST, headers);
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    }
    for (const path of [
      '/.well-known/oauth-protected-resource/api/mcp',
      '/.well-known/oauth-authorization-server',
    ])
      expect((await rawRequest(service.url, { path })).status).toBe(404);
  });

  it.each(['GET', 'DELETE'])('has nothing for %s', async (method) => {
    const answer = await raw(undefined, {}, method);
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'POST']);
  });

  it('refuses pages of foreign origins', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://dashboard.lan:3001']) {
      const answer = await raw(LIST, { Origin: origin });
      expect([answer.status, (answer.body as { code: string }).code]).toEqual([403, 'forbidden']);
    }
    expect((await raw(LIST, { Origin: DASHBOARD })).status).toBe(200);
  });

  it('refuses a request whose headers say something else than its body', async () => {
    const answer = await raw(callOf('memory_get', { ids: ['event 1'] }), modern('memory_save_event'));
    expect([answer.status, (answer.body as { error: { code: number } }).error.code]).toEqual([400, -32020]);
    const fitting = await raw(callOf('memory_get', { ids: ['event 1'] }), modern('memory_get'));
    expect(fitting.status).toBe(200);
  });

  it.each([
    ['a list of messages', [LIST, LIST], 400],
    ['no message', { hello: 1 }, 400],
    ['nothing', {}, 400],
    ['arguments that are no object', callOf('memory_get', 5 as never), 400],
    ['parameters that are no object', { ...LIST, params: 5 }, 200],
    [
      'more about the client than there is to say',
      { ...LIST, params: { _meta: { a: 'x'.repeat(100_000) } } },
      400,
    ],
  ])('refuses %s', async (_, message, status) => {
    const answer = await raw(message);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(/error|malformed_request/);
  });

  it('refuses what is no JSON, and what is too large before it is read', async () => {
    const headers = { Authorization: `Bearer ${service.token}`, ...HEADERS };
    const send = (body: string): Promise<RawAnswer> =>
      rawRequest(service.url, { method: 'POST', path: '/api/mcp', headers, body });
    expect((await send('{"jsonrpc":')).status).toBe(400);
    const argument = 'x'.repeat(16 * 1_048_576);
    const answer = await raw(
      callOf('memory_save_message', aMessage({ content: argument })),
      modern('memory_save_message'),
    );
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([413, 'payload_too_large']);
    const chunked = await send(
      JSON.stringify(callOf('memory_save_message', aMessage({ content: argument }))),
    );
    expect(chunked.status).toBe(413);
  });

  it('keeps the digits of numbers, and counts the bytes that it has taken', async () => {
    const details = '{"101":1,"b":12345678901234567890,"a":1.10}';
    const text = JSON.stringify(callOf('memory_save_event', anEvent())).replace(
      '"summary"',
      `"details":${details},"summary"`,
    );
    const saved = await rawRequest(service.url, {
      method: 'POST',
      path: '/api/mcp',
      headers: { Authorization: `Bearer ${service.token}`, ...HEADERS, ...modern('memory_save_event') },
      body: text,
    });
    const id = Number(
      (saved.body as { result: { structuredContent: { id: number } } }).result.structuredContent.id,
    );
    const read = await raw(callOf('memory_get', { ids: [`event ${id}`] }), modern('memory_get'));
    const { content } = (read.body as { result: { content: { text: string }[] } }).result;
    expect(content[0]!.text).toContain(details);
    const { text: metrics } = await rawRequest(service.url, {
      path: '/api/metrics',
      headers: { Authorization: `Bearer ${service.token}` },
    });
    expect(metrics).toMatch(/traffic_bytes 0\n/);
  });

  it('serves 32 clients at once', async () => {
    const clients = await Promise.all(
      Array.from({ length: 32 }, (_, at) => connectMcp(ERAS[at % 2]!, service.url, service.token)),
    );
    const receipts = await Promise.all(
      clients.map((client) => client.call('memory_save_event', { ...anEvent() })),
    );
    expect(new Set(receipts.map(({ answer }) => answer['id'])).size).toBe(32);
    await Promise.all(clients.map((client) => client.close()));
  });
});

describe('Without its database', () => {
  it('the memory says so, in every tool', async () => {
    const down = await startUnusable();
    try {
      const client = await connectMcp('2025-11-25', down.url, down.token);
      const { isError, answer } = await client.call('memory_get', { ids: ['event 1'] });
      expect({ isError, answer }).toMatchObject({ isError: true, answer: { code: 'database_unavailable' } });
      const saving = await client.call('memory_save_event', { ...anEvent() });
      expect(saving).toMatchObject({ isError: true, answer: { code: 'database_unavailable' } });
      await client.close();
    } finally {
      await down.destroy();
    }
  });
});
