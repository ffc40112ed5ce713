import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AuthService } from '../src/auth/index.js';
import { VERSION } from '../src/config/index.js';
import { describeApi } from '../src/http/docs/index.js';
import { rawRequest } from './factories/http.js';
import {
  exampleBody,
  exampleOf,
  examplePath,
  operationsOf,
  takesOneOfSeveral,
  type Operation,
} from './factories/operations.js';
import { AnswerChecker } from './support/openapi.js';
import { EventStream } from './support/event-stream.js';
import { startService, type TestService } from './support/service.js';

type Node = Record<string, unknown>;

/** The password of the example of the login, so that this example succeeds as it stands as well. */
const EXAMPLE_PASSWORD = 'the password of your Jarvis';

/** The routes of the design, to the letter, and what they answer when all is well. */
const ROUTES = [
  'get /admin/backups 200',
  'get /admin/backups/{name} 200',
  'get /admin/retention 200',
  'get /admin/storage 200',
  'get /health 200',
  'get /health/live 200',
  'get /memory/changes 200',
  'get /memory/conversations 200',
  'get /memory/conversations/{sessionId} 200',
  'get /memory/events 200',
  'get /memory/events/stats 200',
  'get /memory/events/unresolved 200',
  'get /memory/events/{id} 200',
  'get /memory/events/{id}/similar 200',
  'get /memory/export 200',
  'get /memory/preferences 200',
  'get /memory/preferences/{key} 200',
  'get /memory/preferences/{key}/history 200',
  'get /memory/search 200',
  'get /memory/snapshots 200',
  'get /memory/snapshots/at 200',
  'get /memory/snapshots/diff 200',
  'get /memory/snapshots/latest 200',
  'get /memory/snapshots/{id} 200',
  'get /memory/stream 200',
  'get /memory/timeline 200',
  'get /memory/usage 200',
  'get /metrics 200',
  'get /problems/{code} 200',
  'post /admin/backups 201',
  'post /admin/retention/preview 200',
  'put /admin/retention 200',
  'post /auth/login 200',
  'post /auth/logout 204',
  'post /auth/password 204',
  'post /auth/session 200',
  'get /auth/session 200',
  'delete /auth/session 204',
  'post /auth/keys 201',
  'get /auth/keys 200',
  'delete /auth/keys/{id} 204',
  'post /memory/context 200',
  'post /memory/conversations 201',
  'post /memory/events 201',
  'post /memory/events/batch 201',
  'post /memory/events/{id}/resolve 200',
  'post /memory/snapshots 201',
  'put /memory/preferences/{key} 200',
  'delete /memory/conversations/{sessionId} 204',
  'delete /memory/preferences/{key} 204',
];

describe('The OpenAPI document', () => {
  let service: TestService;
  let document: OpenAPIObject;
  let operations: Operation[];

  beforeAll(async () => {
    service = await startService({ environment: { JARVIS_PASSWORD: EXAMPLE_PASSWORD } });
    document = describeApi(service.app);
    operations = operationsOf(document);
  });
  afterAll(() => service.destroy());

  function responsesOf({ node }: Operation): Record<string, Node> {
    return node['responses'] as Record<string, Node>;
  }

  function nameOf({ method, path }: Operation): string {
    return `${method} ${path}`;
  }

  /** The operations for which something does not hold, by name: an empty list is what a test wants. */
  function without(holds: (operation: Operation) => boolean): string[] {
    return operations.filter((operation) => !holds(operation)).map(nameOf);
  }

  it('is served as it is described, with the version of the package', async () => {
    const answer = await rawRequest(service.url, { path: '/api/openapi.json' });
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.body).toEqual(JSON.parse(JSON.stringify(document)));
    expect(document.openapi).toMatch(/^3\./);
    expect(document.info.version).toBe(VERSION);
  });

  it('holds the routes of the design and no others', () => {
    const found = operations.map((operation) => {
      const status = Object.keys(responsesOf(operation)).find((one) => one.startsWith('2'));
      return `${nameOf(operation)} ${String(status)}`;
    });
    expect(found.sort()).toEqual([...ROUTES].sort());
  });

  it('gives every operation a summary, a topic and an id of its own', () => {
    expect(without(({ node }) => /^[A-Z].*[^.]$/.test(String(node['summary'])))).toEqual([]);
    expect(without(({ node }) => (node['tags'] as string[]).length === 1)).toEqual([]);
    const ids = operations.map(({ node }) => String(node['operationId']));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('asks for a token wherever one is needed, by a scheme that is there', () => {
    const schemes = Object.keys(document.components?.securitySchemes ?? {});
    expect(document.components?.securitySchemes).toMatchObject({
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      cookie: { type: 'apiKey', in: 'cookie', name: 'jarvis_session_4000' },
    });
    // Any will do: each is a requirement of its own.
    for (const { node } of operations.filter(({ needsToken }) => needsToken)) {
      expect(node['security']).toEqual(
        expect.arrayContaining([{ bearer: [] }, { apiKey: [] }, { cookie: [] }]),
      );
    }
    const open = without(({ needsToken }) => needsToken).sort();
    expect(open).toEqual([
      ...['get /health', 'get /health/live', 'get /problems/{code}'],
      ...['post /auth/login', 'post /auth/session'],
    ]);
    for (const { node } of operations) {
      for (const requirement of (node['security'] ?? []) as Node[]) {
        expect(schemes).toEqual(expect.arrayContaining(Object.keys(requirement)));
      }
    }
  });

  it('shows the topics in the order in which a newcomer meets them', () => {
    expect(document.tags?.map(({ name }) => name)).toEqual([
      ...['Events', 'Conversations', 'Usage', 'Snapshots', 'Preferences', 'Search', 'Timeline', 'Changes'],
      ...['Context', 'Login', 'API keys', 'Export', 'Backups', 'Retention', 'Health', 'Metrics', 'Problems'],
    ]);
    const used = new Set(operations.flatMap(({ node }) => node['tags'] as string[]));
    expect(document.tags?.map(({ name }) => name)).toEqual(expect.arrayContaining([...used]));
    expect(Object.keys(document.components?.securitySchemes ?? {})).toEqual(['bearer', 'apiKey', 'cookie']);
  });

  it('says of every operation in words who may call it', () => {
    for (const { node, ...operation } of operations) {
      const roles = node['x-roles'] as string[] | undefined;
      const [, words = ''] = /May be called by: (.*)\.$/.exec(String(node['description'])) ?? [];
      const named = words.replace(' (your token)', '').split(', ');
      expect([operation.path, ...named.sort()]).toEqual([operation.path, ...(roles ?? ['everybody']).sort()]);
    }
  });

  it('describes what a success answers with, in words of its own for each kind of answer', () => {
    const vague = without((operation) =>
      Object.entries(responsesOf(operation)).every(
        ([status, { description }]) =>
          !/^20[01]$/.test(status) || /^(?!As asked)[A-Z].{8,}\.$/.test(String(description)),
      ),
    );
    expect(vague).toEqual([]);
    const one = operations.find(({ method, path }) => method === 'get' && path === '/memory/events/{id}')!;
    expect(responsesOf(one)['200']!['description']).toBe('The event.');
  });

  it('describes every answer, and gives every error answer the form of a problem', () => {
    for (const operation of operations) {
      for (const [status, response] of Object.entries(responsesOf(operation))) {
        const where = `${nameOf(operation)} ${status}`;
        expect([where, response['description']]).toEqual([where, expect.stringMatching(/\S/)]);
        const media = Object.keys(response['content'] ?? {});
        const isHealth = operation.path === '/health' && status === '503';
        const answers: Record<string, string> = {
          '/metrics': 'text/plain',
          '/memory/export': 'application/x-ndjson',
          '/admin/backups/{name}': 'application/octet-stream',
          '/memory/stream': 'text/event-stream',
        };
        const answer = answers[operation.path] ?? 'application/json';
        const expected = Number(status) >= 400 && !isHealth ? ['application/problem+json'] : [answer];
        expect([where, media]).toEqual([where, ['204', '304'].includes(status) ? [] : expected]);
      }
    }
  });

  it('lists the problems that an operation can answer with', () => {
    const has = (operation: Operation, ...statuses: number[]): boolean =>
      statuses.every((status) => String(status) in responsesOf(operation));
    const isOpen = ({ path }: Operation): boolean => path.startsWith('/health');
    expect(without((one) => isOpen(one) || has(one, 500))).toEqual([]);
    expect(without((one) => !one.needsToken || has(one, 401, 503))).toEqual([]);
    expect(without((one) => !('requestBody' in one.node) || has(one, 400, 413, 415))).toEqual([]);
    // What only reads takes no space.
    const reads = (one: Operation): boolean =>
      one.method === 'get' || ['/memory/context', '/admin/retention/preview'].includes(one.path);
    expect(without((one) => reads(one) || !one.needsToken || has(one, 507))).toEqual([]);
    expect(without((one) => !/\{\w+\}$/.test(one.path) || one.method === 'put' || has(one, 400))).toEqual([]);
    expect(
      without((one) => !/\{(id|sessionId|key)\}/.test(one.path) || one.method === 'put' || has(one, 404)),
    ).toEqual([]);
    const login = operations.find(({ path }) => path === '/auth/login')!;
    expect(has(login, 401, 429)).toBe(true);
  });

  it('describes every parameter', () => {
    for (const operation of operations) {
      for (const parameter of (operation.node['parameters'] ?? []) as Node[]) {
        const where = `${nameOf(operation)} ${String(parameter['name'])}`;
        expect([where, parameter['description']]).toEqual([where, expect.stringMatching(/\S/)]);
        expect([where, parameter['schema']]).toEqual([where, expect.any(Object)]);
      }
    }
  });

  it('tells the default of every query parameter that has one', () => {
    const defaults = operations.flatMap((operation) =>
      ((operation.node['parameters'] ?? []) as Node[])
        .filter(
          (parameter) =>
            parameter['in'] === 'query' && (parameter['schema'] as Node)['default'] !== undefined,
        )
        .map(
          ({ name, schema }) => `${operation.path} ${String(name)}=${String((schema as Node)['default'])}`,
        ),
    );
    expect(defaults.sort()).toEqual(
      [
        '/memory/changes limit=100',
        '/memory/changes wait=25',
        '/memory/conversations limit=50',
        '/memory/conversations/{sessionId} limit=50',
        '/memory/conversations/{sessionId} order=asc',
        '/memory/events limit=50',
        '/memory/events/stats interval=day',
        '/memory/events/stats timeZone=UTC',
        '/memory/events/unresolved limit=50',
        '/memory/preferences/{key}/history limit=50',
        '/memory/search limit=10',
        '/memory/search neighbours=0',
        '/memory/snapshots limit=20',
        '/memory/snapshots view=full',
        '/memory/timeline limit=50',
        '/memory/timeline minutes=15',
        '/memory/usage groupBy=day',
        '/memory/usage timeZone=UTC',
      ].sort(),
    );
  });

  it('bounds the values of a repeated parameter, and how many they may be', () => {
    const events = operations.find(({ method, path }) => method === 'get' && path === '/memory/events')!;
    const node = ((events.node['parameters'] ?? []) as Node[]).find(({ name }) => name === 'node')!;
    expect(node['schema']).toEqual({
      type: 'array',
      minItems: 1,
      maxItems: 20,
      items: { type: 'string', minLength: 1, maxLength: 255 },
    });
  });

  it('says that a preference may be a number or a boolean, and that resolving needs no body', () => {
    const set = operations.find(({ method, path }) => method === 'put' && path.startsWith('/memory/'))!;
    const value = (requestSchemaOf(set)['properties'] as Record<string, Node>)['value']!;
    const types = ((value['oneOf'] ?? value['anyOf'] ?? [value]) as Node[]).map(({ type }) => type);
    expect(types.sort()).toEqual(['boolean', 'number', 'string']);
    const resolve = operations.find(({ path }) => path.endsWith('/resolve'))!;
    expect((resolve.node['requestBody'] as Node)['required']).not.toBe(true);
  });

  it('describes every property of what is sent and answered', () => {
    const silent: string[] = [];
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
      for (const [property, part] of Object.entries(
        (schema as { properties?: Record<string, Node> }).properties ?? {},
      )) {
        // What an envelope holds is described where it is defined.
        const leads = '$ref' in part || 'allOf' in part;
        if (!leads && !part['description'] && !part['example']) silent.push(`${name}.${property}`);
      }
    }
    expect(silent).toEqual([]);
  });

  it('leads nowhere but to what is in it', () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g);
    const names = [...references].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    expect(Object.keys(document.components?.schemas ?? {})).toEqual(
      expect.arrayContaining([...new Set(names)]),
    );
  });

  it('marks nothing as required that has a default, and nothing as optional that is required', async () => {
    const whole = operations.filter((one) => 'requestBody' in one.node && !takesOneOfSeveral(one));
    for (const operation of whole) {
      const body = exampleBody(document, operation) as Node;
      const schema = requestSchemaOf(operation);
      const needed = await neededFields(operation, body);
      expect([nameOf(operation), [...((schema['required'] ?? []) as string[])].sort()]).toEqual([
        nameOf(operation),
        needed.sort(),
      ]);
    }
  });

  function requestSchemaOf({ node }: Operation): Node {
    const { content } = node['requestBody'] as { content: Record<string, { schema: { $ref: string } }> };
    const name = content['application/json']!.schema.$ref.split('/').at(-1)!;
    return document.components!.schemas![name] as unknown as Node;
  }

  /** The fields without which the service itself refuses the example. */
  async function neededFields({ method, path }: Operation, body: Node): Promise<string[]> {
    const needed: string[] = [];
    const filled = path.replace('{id}', '1').replace('{key}', 'ui.theme');
    for (const name of Object.keys(body)) {
      const rest = Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));
      const answer = await service.call(method, filled).send(rest);
      if (answer.status === 400) needed.push(name);
    }
    return needed;
  }

  /** It has no end of its own. */
  async function streamOf(token: string): Promise<EventStream> {
    const stream = await EventStream.open({ url: service.url, token });
    stream.cut();
    return stream;
  }

  it('has examples that succeed as they stand, for every operation', async () => {
    // What makes things comes first, what deletes them last, as in the order of a first visit.
    const rank = ({ method, path }: Operation): number =>
      path === '/auth/password'
        ? 4
        : method === 'delete'
          ? 3
          : method === 'get'
            ? 2
            : path.includes('{id}')
              ? 1
              : 0;
    const folder = join(service.folder, 'backups');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'jarvis-2026-11-22T20-15-00-123Z-manual.db.gz'), 'a backup');
    for (const operation of [...operations].sort((a, b) => rank(a) - rank(b))) {
      const sent = exampleBody(document, operation) as object | undefined;
      // A token of its own for each: logging out ends the one that it is sent with.
      const { token } = await service.app.get(AuthService).issueToken();
      // Nobody saves anything that it could wait for.
      const path = examplePath(document, operation).replace('wait=25', 'wait=0');
      const { status } =
        operation.path === '/memory/stream'
          ? await streamOf(token)
          : await service
              .callAnonymously(operation.method, path)
              .set('Authorization', `Bearer ${token}`)
              .send(sent);
      const documented = Object.keys(responsesOf(operation)).find((one) => one.startsWith('2'));
      expect(`${nameOf(operation)} ${status}`).toBe(`${nameOf(operation)} ${String(documented)}`);
    }
  });

  it('shows a body for every operation that takes one, and sends all of it', () => {
    const bodies = operations.filter(({ node }) => 'requestBody' in node);
    expect(bodies).toHaveLength(14);
    for (const operation of bodies) {
      const body = exampleBody(document, operation);
      expect(JSON.stringify(body)).not.toContain('"string"');
      if (takesOneOfSeveral(operation)) continue;
      expect(Object.keys(body as object).sort()).toEqual(
        Object.keys(requestSchemaOf(operation)['properties'] as Node).sort(),
      );
    }
  });

  it('has examples of answers that fit their own schemas', () => {
    const checker = new AnswerChecker(document);
    for (const operation of operations) {
      for (const [status, { content }] of Object.entries(responsesOf(operation))) {
        for (const [media, { schema }] of Object.entries(
          (content ?? {}) as Record<string, { schema: Node }>,
        )) {
          const example = exampleOf(document, schema);
          const path = `/api${operation.path}`;
          expect(checker.mismatch(operation.method, path, Number(status), media, example)).toBeUndefined();
        }
      }
    }
  });

  it('says the answers so exactly that a wrong one would be noticed', () => {
    const checker = new AnswerChecker(document);
    const event = {
      id: 1,
      timestamp: '2026-11-22T20:15:00.123Z',
      type: 'alert',
      severity: 'info',
      source: 'monitor',
      node: null,
      summary: 'x',
      details: null,
      resolved: false,
      resolvedAt: null,
      resolvedBy: null,
    };
    const wrong = (one: object): string | undefined =>
      checker.mismatch('get', '/api/memory/events/1', 200, 'application/json', { event: one });
    expect(wrong(event)).toBeUndefined();
    for (const parts of [
      { timestamp: '2026-11-22 20:15:00' },
      { resolved: 0 },
      { id: '1' },
      { node: 1 },
      { secret: 'x' },
      { details: 1 },
    ]) {
      expect(wrong({ ...event, ...parts })).toEqual(expect.any(String));
    }
    for (const name of Object.keys(event)) {
      const rest = Object.fromEntries(Object.entries(event).filter(([key]) => key !== name));
      expect(wrong(rest)).toContain(name);
    }
  });
});

describe('Swagger UI', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.destroy());

  it('is a page whose scripts and styles all load from the service itself', async () => {
    const page = await rawRequest(service.url, { path: '/api/docs' });
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link!);
    const assets = links.filter((link) => /\.(js|css)$/.test(link));
    expect(assets.length).toBeGreaterThanOrEqual(3);
    for (const link of links) {
      const target = new URL(link, `${service.url}/api/docs`);
      expect(target.origin).toBe(new URL(service.url).origin);
      const asset = await rawRequest(service.url, { path: target.pathname });
      expect(asset.status).toBe(200);
      expect(asset.text.length).toBeGreaterThan(0);
      if (link.endsWith('.js')) expect(asset.headers['content-type']).toMatch(/javascript/);
      if (link.endsWith('.css')) expect(asset.headers['content-type']).toMatch(/css/);
    }
  });

  it('shows the document that is served, and lets nobody choose another', async () => {
    const script = await rawRequest(service.url, { path: '/api/docs/swagger-ui-init.js' });
    expect(script.text).toContain("url: 'openapi.json'");
    expect(script.text).not.toContain('StandaloneLayout');
  });

  it('has its page at one path, to which the one with a slash leads', async () => {
    const slash = await rawRequest(service.url, { path: '/api/docs/' });
    expect([slash.status, slash.headers['location']]).toEqual([302, '../docs']);
  });

  it.each(['/api/docs', '/api/docs/swagger-ui-init.js', '/api/docs/swagger-ui.css', '/api/openapi.json'])(
    'answers %s with the same bytes each time, and with 304 to whoever has them',
    async (path) => {
      const first = await rawRequest(service.url, { path });
      const tag = String(first.headers['etag']);
      expect(tag).toMatch(/^"[\w-]{27}"$/);
      expect(await rawRequest(service.url, { path })).toMatchObject({ status: 200, text: first.text });
      const known = await rawRequest(service.url, { path, headers: { 'If-None-Match': tag } });
      expect([known.status, known.text, known.headers['etag']]).toEqual([304, '', tag]);
    },
  );

  it.each([
    '/api/docs-yaml',
    '/api/docs-json',
    '/api/docs/package.json',
    '/api/docs/swagger-ui-bundle.js.map',
  ])('has nothing at %s', async (path) => {
    expect((await rawRequest(service.url, { path })).status).toBe(404);
  });

  it('upgrades nothing to HTTPS, so that it works at home over plain HTTP', async () => {
    const { headers } = await rawRequest(service.url, { path: '/api/docs' });
    expect(headers['content-security-policy'] ?? '').not.toContain('upgrade-insecure-requests');
    expect(headers['strict-transport-security']).toBeUndefined();
  });
});
