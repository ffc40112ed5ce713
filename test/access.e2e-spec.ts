import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { AppModule } from '../src/app.module.js';
import { configureApp } from '../src/app.setup.js';
import { AuthService, Public } from '../src/auth/index.js';
import { Endpoint } from '../src/http/endpoint/endpoint.js';
import { JsonAdapter } from '../src/http/adapter/json-adapter.js';
import { ROLES, type Role } from '../src/auth/roles.js';
import { readEnvironment } from '../src/config/index.js';
import { describeApi } from '../src/http/docs/index.js';
import { rawRequest, type RawAnswer } from './factories/http.js';
import { aKey } from './factories/keys.js';
import { operationsOf, type Operation } from './factories/operations.js';
import { expectProblem } from './factories/problem.js';
import { startService, temporaryFolder, type TestService } from './support/service.js';

const EVERYBODY = 'everybody';

/** Who may call what: the first line that fits a route holds. A route that fits none fails the test. */
const RULES: readonly (readonly [route: RegExp, who: string])[] = [
  [/^get \/(health|health\/live|problems\/\{code\})$/, EVERYBODY],
  [/^post \/auth\/(login|session)$/, EVERYBODY],
  [/^(get|delete) \/auth\/session$/, 'ingest operator reader writer'],
  [/^post \/auth\/logout$/, 'ingest operator reader writer'],
  [/^\w+ \/(auth|admin)\//, 'operator'],
  [/^get \/memory\/export$/, 'operator'],
  [/^delete \/memory\//, 'operator'],
  [/^post \/memory\/(events|events\/batch|snapshots)$/, 'ingest operator writer'],
  // It answers, and stores nothing.
  [/^post \/memory\/context$/, 'operator reader writer'],
  [/^(post|put) \/memory\//, 'operator writer'],
  [/^get \/(memory\/|metrics$)/, 'operator reader writer'],
];

function ruleFor({ method, path }: Operation): string {
  return RULES.find(([route]) => route.test(`${method} ${path}`))?.[1] ?? 'a rule is missing';
}

describe('What a role may do', () => {
  let service: TestService;
  let operations: Operation[];
  const secrets = new Map<Role, string>();

  beforeAll(async () => {
    service = await startService({ environment: { RATE_LIMIT: '0' } });
    operations = operationsOf(describeApi(service.app));
    for (const role of ROLES) secrets.set(role, (await aKey(service, role)).secret);
  });
  afterAll(() => service.destroy());

  /** The `code` of the problem with which a route answers to a call without a body; what is there is not touched. */
  async function codeFor({ method, path }: Operation, credential?: string): Promise<string> {
    const named = path.replace('{code}', 'not_found').replace(/\{\w+\}/g, '999999');
    // These would wait for changes; a parameter that is not known is looked at after the role.
    const filled = /\/(?:stream|changes)$/.test(named) ? `${named}?unknown=1` : named;
    const call = service.callAnonymously(method, filled);
    const answer = await (credential ? call.set('X-API-Key', credential) : call);
    expect(answer.status).toBeLessThan(500);
    return answer.status < 400 ? 'none' : String((JSON.parse(answer.text) as { code: string }).code);
  }

  it('is looked at for every route that Express serves: each is in the document, but for the documentation, MCP and the explorer', () => {
    const { router } = service.app.getHttpAdapter().getInstance() as unknown as {
      router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] };
    };
    const served = router.stack.flatMap(({ route }) =>
      route ? Object.keys(route.methods).map((method) => `${method} ${route.path}`) : [],
    );
    const undocumented = served
      .filter((route) => !/^get \/api\/(docs|openapi\.json)| \/(?:api\/mcp|socket\.io|ui.*)?$/.test(route))
      .map((route) => route.replace(' /api', ' ').replace(/:(\w+)/g, '{$1}'));
    expect(undocumented.sort()).toEqual(operations.map(({ method, path }) => `${method} ${path}`).sort());
    expect(served.length).toBeGreaterThan(25);
  });

  it.each([...ROLES, undefined])('is what the rules say and no more, for every route: %s', async (role) => {
    const found: Record<string, boolean> = {};
    const expected: Record<string, boolean> = {};
    for (const operation of operations) {
      const name = `${operation.method} ${operation.path}`;
      const rule = ruleFor(operation);
      const code = await codeFor(operation, role && secrets.get(role));
      found[name] = !['unauthorized', 'forbidden'].includes(code);
      expected[name] = rule === EVERYBODY || (role !== undefined && rule.split(' ').includes(role));
      expect([name, rule]).not.toEqual([name, 'a rule is missing']);
      // A stranger is asked for a credential; who has one is told that its role does not do.
      if (!found[name]) expect([name, code]).toEqual([name, role ? 'forbidden' : 'unauthorized']);
    }
    expect(found).toEqual(expected);
  });

  it('is told by the document, route by route', () => {
    for (const operation of operations) {
      const rule = ruleFor(operation);
      const told = (operation.node['x-roles'] as string[] | undefined)?.slice().sort().join(' ');
      const where = `${operation.method} ${operation.path}`;
      expect([where, told ?? EVERYBODY]).toEqual([where, rule]);
    }
  });

  it('is told to whoever may not: the roles that would do, and their own', async () => {
    const call = service.callAnonymously('delete', '/memory/conversations/1');
    const { body } = await call.set('X-API-Key', secrets.get('writer')!).expect(403);
    expectProblem(body, 'forbidden');
    expect(body.detail).toBe('This needs the role operator. Yours is writer.');
    const reader = service.callAnonymously('post', '/memory/events').set('X-API-Key', secrets.get('reader')!);
    expect((await reader.send({}).expect(403)).body.detail).toBe(
      'This needs the role ingest or writer or operator. Yours is reader.',
    );
  });

  it('holds for HEAD as for GET', async () => {
    const head = (role: Role): Promise<RawAnswer> =>
      rawRequest(service.url, {
        method: 'HEAD',
        path: '/api/memory/events',
        headers: { 'X-API-Key': secrets.get(role)! },
      });
    expect((await head('ingest')).status).toBe(403);
    expect((await head('reader')).status).toBe(200);
  });

  it('is refused before the body is judged: a reader learns nothing about what is wrong with it', async () => {
    const call = service.callAnonymously('post', '/memory/events').set('X-API-Key', secrets.get('reader')!);
    expectProblem((await call.send({ nonsense: 1 }).expect(403)).body, 'forbidden');
  });

  it('is nothing for a role that this version does not know', async () => {
    const { secret, id } = await aKey(service, 'reader');
    await service.store.run('UPDATE api_keys SET role = ? WHERE id = ?', 'emperor', id);
    for (const operation of operations) {
      const code = await codeFor(operation, secret);
      const wanted = ruleFor(operation) === EVERYBODY ? expect.not.stringMatching('forbidden') : 'forbidden';
      expect([operation.path, code]).toEqual([operation.path, wanted]);
    }
  });
});

/** Routes as somebody may write them who has forgotten something. */
@ApiExcludeController()
@Controller('forgotten')
class ForgottenController {
  @Get()
  read(): string {
    return 'never';
  }

  @Post()
  @Endpoint({ summary: 'No roles' })
  write(): string {
    return 'never';
  }

  @Public()
  @Get('both')
  @Endpoint({ summary: 'Public, and for operators', roles: ['operator'] })
  both(): object {
    return {};
  }
}

describe('A route that names no role', () => {
  let app: NestExpressApplication;
  let url: string;
  let token: string;

  beforeAll(async () => {
    const environment = readEnvironment({ DB_PATH: `${await temporaryFolder()}/jarvis.db` });
    const module = await Test.createTestingModule({
      imports: [AppModule.forRoot(environment)],
      controllers: [ForgottenController],
    }).compile();
    app = module.createNestApplication<NestExpressApplication>(new JsonAdapter(), {
      bodyParser: false,
      logger: false,
    });
    configureApp(app);
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
    ({ token } = await app.get(AuthService).issueToken());
  });
  afterAll(() => app.close());

  it.each([
    ['GET', '/api/forgotten'],
    ['POST', '/api/forgotten'],
  ])('is closed to everybody, the operator included: %s %s', async (method, path) => {
    expectProblem((await rawRequest(url, { method, path })).body, 'unauthorized');
    const headers = { Authorization: `Bearer ${token}` };
    const { status, body } = await rawRequest(url, { method, path, headers });
    expect(status).toBe(403);
    expectProblem(body, 'forbidden');
    expect((body as { detail: string }).detail).toMatch(/names no role/);
  });

  it('is told apart from one that is public and names roles: the roles hold', async () => {
    expect((await rawRequest(url, { path: '/api/forgotten/both' })).status).toBe(401);
    const headers = { Authorization: `Bearer ${token}` };
    expect((await rawRequest(url, { path: '/api/forgotten/both', headers })).status).toBe(200);
  });
});
