import { generateKeyPairSync } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jwt, { type JwtHeader } from 'jsonwebtoken';
import { AuthService } from '../src/auth/index.js';
import { rawRequest } from './factories/http.js';
import { expectProblem } from './factories/problem.js';
import { folderOfFirstGeneration, goodClaims, HOUR, HS256, signed } from './factories/tokens.js';
import { SECRET, startService, type TestService } from './support/service.js';

const now = Math.floor(Date.now() / 1000);
const CLAIMS = goodClaims();
const GOOD = signed(HS256, CLAIMS);
const [HEADER = '', PAYLOAD = '', SIGNATURE = ''] = GOOD.split('.');
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** The type of the option knows no `jwk`. */
const WITH_JWK = { alg: 'RS256', jwk: publicKey.export({ format: 'jwk' }) } as JwtHeader;
const PEM = publicKey.export({ format: 'pem', type: 'spki' }).toString();

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (alg: unknown): string => `${base64({ alg, typ: 'JWT' })}.${PAYLOAD}.`;
const header = (members: object): string => signed({ ...HS256, ...members }, CLAIMS);
const claims = (members: object): string => signed(HS256, { ...CLAIMS, ...members });

/** An attack, and the token with which it is tried. */
const FORGED: readonly (readonly [attack: string, token: string])[] = [
  ...['none', 'None', 'NONE', 'nOnE', 'none ', '', null, false, 0, [], ['none'], {}].flatMap(
    (alg): [string, string][] => [
      [`the algorithm ${JSON.stringify(alg)}, unsigned`, unsigned(alg)],
      [`the algorithm ${JSON.stringify(alg)}, under a good signature`, unsigned(alg) + SIGNATURE],
      [`the algorithm ${JSON.stringify(alg)}, signed with the secret`, signed({ alg, typ: 'JWT' }, CLAIMS)],
    ],
  ),
  ['no algorithm', signed({ typ: 'JWT' }, CLAIMS)],
  ['two algorithms', signed('{"alg":"HS256","alg":"none"}', CLAIMS)],
  ['HS384 with the right secret', jwt.sign(CLAIMS, SECRET, { algorithm: 'HS384' })],
  ['HS512 with the right secret', jwt.sign(CLAIMS, SECRET, { algorithm: 'HS512' })],
  ['HS256 in the header over HS512', signed(HS256, CLAIMS, SECRET, 'sha512')],
  ['RS256 in the header, HMAC with the secret', signed({ alg: 'RS256', typ: 'JWT' }, CLAIMS)],
  ['RS256, signed by a key of the attacker', jwt.sign(CLAIMS, privateKey, { algorithm: 'RS256' })],
  ['PS256, signed by a key of the attacker', jwt.sign(CLAIMS, privateKey, { algorithm: 'PS256' })],
  ['HS256 with a public key as the secret', signed(HS256, CLAIMS, PEM)],
  ['a kid that is a path, signed with what is there', signed({ ...HS256, kid: '/dev/null' }, CLAIMS, '')],
  ['a kid that climbs, signed with nothing', signed({ ...HS256, kid: '../../../../dev/null' }, CLAIMS, '\0')],
  ['a kid that is SQL', signed({ ...HS256, kid: "x' UNION SELECT 'mine' -- " }, CLAIMS, 'mine')],
  ['a kid that is a command', signed({ ...HS256, kid: '| echo mine' }, CLAIMS, 'mine')],
  ['a kid, though signed with the secret', header({ kid: '1' })],
  ['a jwk of the attacker', jwt.sign(CLAIMS, privateKey, { algorithm: 'RS256', header: WITH_JWK })],
  ['a jwk, though signed with the secret', header({ jwk: { kty: 'oct', k: base64(SECRET) } })],
  ['a jku', signed({ ...HS256, jku: 'http://127.0.0.1:9/keys' }, CLAIMS, 'mine')],
  ['a jku, though signed with the secret', header({ jku: 'https://evil.example/keys' })],
  ['an x5u', header({ x5u: 'https://evil.example/certificate' })],
  ['an x5c', header({ x5c: ['MIIB'] })],
  ['an extension that has to be understood', header({ crit: ['exp'] })],
  ['a payload that is not encoded', header({ b64: false, crit: ['b64'] })],
  ['a compressed payload', header({ zip: 'DEF' })],
  ['expired', claims({ exp: now - 1 })],
  ['expired in 1970', claims({ exp: 0 })],
  ['an expiry before 1970', claims({ exp: -1 })],
  ['no expiry', signed(HS256, { sub: 'owner', iat: now })],
  ['an expiry of null', claims({ exp: null })],
  ['an expiry that is text', claims({ exp: String(now + HOUR) })],
  ['an expiry that is a list', claims({ exp: [now + HOUR] })],
  ['an expiry that is true', claims({ exp: true })],
  ['an expiry past every calendar', claims({ exp: 1e20 })],
  ['an expiry past every number', signed(HS256, `{"sub":"owner","exp":1e999}`)],
  ['a beginning in the future', claims({ nbf: now + HOUR })],
  ['a beginning that is text', claims({ nbf: 'now' })],
  ['another generation', claims({ gen: 1 })],
  ['a generation before the first', claims({ gen: -1 })],
  ['a generation that is text', claims({ gen: '0' })],
  ['a generation of null', claims({ gen: null })],
  ['an id that is an object', claims({ jti: {} })],
  ['nobody that it speaks for', signed(HS256, { iat: now, exp: now + HOUR })],
  ['somebody else', claims({ sub: 'root' })],
  ['a list of owners', claims({ sub: ['owner'] })],
  ['a payload that is a list', signed(HS256, [CLAIMS])],
  ['a payload that is text', signed(HS256, JSON.stringify('owner'))],
  ['a payload that is null', signed(HS256, 'null')],
  ['a payload that is no JSON', signed(HS256, 'owner')],
  ['claims that come by the prototype', signed(HS256, `{"__proto__":${JSON.stringify(CLAIMS)}}`)],
  ['another secret', signed(HS256, CLAIMS, 'another secret, also long enough for HS256')],
  ['an empty secret', signed(HS256, CLAIMS, '')],
  ['the secret and a space', signed(HS256, CLAIMS, `${SECRET} `)],
  ['another payload', `${HEADER}.${base64({ ...CLAIMS, exp: now + 999 * HOUR })}.${SIGNATURE}`],
  ['another header', `${base64({ ...HS256, x: 1 })}.${PAYLOAD}.${SIGNATURE}`],
  ['header and payload swapped', `${PAYLOAD}.${HEADER}.${SIGNATURE}`],
  ['no signature', `${HEADER}.${PAYLOAD}.`],
  ['two parts', `${HEADER}.${PAYLOAD}`],
  ['four parts', `${GOOD}.${SIGNATURE}`],
  ['five parts, as of an encrypted one', `${GOOD}.a.b`],
  ...[1, 2, 10, 40].map((cut): [string, string] => [`cut by ${cut}`, GOOD.slice(0, -cut)]),
  ['a character more', `${GOOD}A`],
  ['padding', `${GOOD}=`],
  [
    'a signature in hexadecimal digits',
    `${HEADER}.${PAYLOAD}.${Buffer.from(SIGNATURE, 'base64url').toString('hex')}`,
  ],
  ['a signature of zeros', `${HEADER}.${PAYLOAD}.${'A'.repeat(43)}`],
  ['nothing but dots', '..'],
  ['8 KB of claims, signed with the secret', claims({ padding: 'x'.repeat(6000) })],
  ['8 KB of nothing', 'x'.repeat(8192)],
  ['8 KB of dots', '.'.repeat(8192)],
  ['letters past ASCII', `${GOOD}é`],
  ['a token in guillemets', `«${GOOD}»`],
];

/** Whole Authorization headers that are read in two ways, or in none. */
const HEADERS: readonly (readonly [attack: string, authorization: string])[] = [
  ['an empty header', ''],
  ['the scheme alone', 'Bearer'],
  ['the scheme and a space', 'Bearer '],
  ['the token alone', GOOD],
  ['two tokens', `Bearer ${GOOD} ${GOOD}`],
  ['a good and a bad token', `Bearer ${GOOD} x`],
  ['a bad and a good token', `Bearer x ${GOOD}`],
  ['two schemes', `Bearer Bearer ${GOOD}`],
  ['a list of two', `Bearer ${GOOD}, Bearer ${GOOD}`],
  ['a list in one', `Bearer ${GOOD},${GOOD}`],
  ['a tab', `Bearer\t${GOOD}`],
  ['a space that is none', `Bearer\u00a0${GOOD}`],
  ['quotes', `Bearer "${GOOD}"`],
  ['another scheme', `Basic ${GOOD}`],
  ['the password', `Basic ${Buffer.from('owner:correct horse battery staple').toString('base64')}`],
  ['the scheme of the first backend’s library', `JWT ${GOOD}`],
  ['a name before it', `token=${GOOD}`],
];

describe('A forged token', () => {
  let service: TestService;
  const sent = new Set<string>();

  beforeAll(async () => {
    service = await startService({
      folder: await folderOfFirstGeneration(),
      environment: { RATE_LIMIT: '0', LOG_LEVEL: 'verbose' },
    });
  });
  afterAll(() => service.destroy());

  async function expectRefused(headers: Record<string, string>): Promise<void> {
    for (const header of Object.values(headers)) sent.add(header.replace(/^\w+ /, ''));
    for (const path of ['/api/memory/events', '/api/auth/keys']) {
      const answer = await rawRequest(service.url, { path, headers });
      expect(answer.status).toBe(401);
      expectProblem(answer.body, 'unauthorized');
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="jarvis-memory"');
      expect(answer.text).not.toContain(SIGNATURE);
    }
  }

  it('is none that the rest of these would have to be compared with: the good one is let in', async () => {
    const headers = { Authorization: `Bearer ${GOOD}` };
    expect((await rawRequest(service.url, { path: '/api/memory/events', headers })).status).toBe(200);
  });

  it.each(FORGED)('is refused: %s', async (_, token) => {
    await expectRefused({ Authorization: `Bearer ${token}` });
  });

  it.each(HEADERS)('is refused in a header with %s', async (_, authorization) => {
    await expectRefused({ Authorization: authorization });
  });

  it('is refused in X-API-Key, where a good one is none of its kind either', async () => {
    for (const token of [GOOD, unsigned('none'), 'Bearer x', '']) await expectRefused({ 'X-API-Key': token });
    await expectRefused({ 'X-API-Key': GOOD, Authorization: 'Bearer x' });
  });

  it('in X-API-Key is told where it belongs, and what is no token is not', async () => {
    const detail = async (text: string): Promise<unknown> =>
      (await rawRequest(service.url, { path: '/api/memory/events', headers: { 'X-API-Key': text } })).body;
    const told = 'X-API-Key holds a token, and no API key: send it as Authorization: Bearer.';
    expect(await detail(GOOD)).toMatchObject({ status: 401, detail: told });
    expect(await detail(`Bearer ${GOOD}`)).toMatchObject({ status: 401, detail: told });
    expect(await detail('x')).toMatchObject({ status: 401, detail: 'X-API-Key holds no API key.' });
    await expectRefused({ 'X-API-Key': 'jm_x', Authorization: `Bearer ${GOOD}` });
  });

  it.each([
    ['the same twice', [GOOD, GOOD]],
    ['a good one first', [GOOD, 'forged']],
    ['a good one last', ['forged', GOOD]],
    ['an empty one last', [GOOD, '']],
  ])('is refused in a doubled header: %s', async (_, tokens) => {
    for (const names of [
      ['Authorization', 'Authorization'],
      ['authorization', 'AUTHORIZATION'],
    ]) {
      const lines = tokens.map((token, index) => `${names[index]!}: Bearer ${token}`);
      const text = await rawText(lines);
      expect(text).toMatch(/^HTTP\/1\.1 401 /);
      expectProblem(JSON.parse(text.slice(text.indexOf('{'))), 'unauthorized');
    }
  });

  /** A request as it goes over the wire, since no client doubles this header. */
  function rawText(lines: readonly string[]): Promise<string> {
    const { port } = new URL(service.url);
    return new Promise((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), '127.0.0.1', () => {
        const head = ['GET /api/memory/events HTTP/1.1', 'Host: x', 'Connection: close', ...lines];
        socket.write(`${head.join('\r\n')}\r\n\r\n`);
      });
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('end', () => {
        resolve(text);
      });
      socket.on('error', reject);
    });
  }

  it('is refused that was good until it was revoked', async () => {
    const { token } = await service.app.get(AuthService).issueToken();
    const headers = { Authorization: `Bearer ${token}` };
    const logout = { method: 'POST', path: '/api/auth/logout', headers };
    expect((await rawRequest(service.url, logout)).status).toBe(204);
    await expectRefused(headers);
  });

  it('is refused with all its kind at once, and a good one among them is let in', async () => {
    const all = [...FORGED, ['good', GOOD] as const];
    const statuses = await Promise.all(
      all.map(async ([attack, token]) => {
        const headers = { Authorization: `Bearer ${token}` };
        return [attack, (await rawRequest(service.url, { path: '/api/memory/events', headers })).status];
      }),
    );
    expect(statuses).toEqual(all.map(([attack]) => [attack, attack === 'good' ? 200 : 401]));
  });

  it('stands in no line of the log', () => {
    expect(sent.size).toBeGreaterThan(100);
    const log = service.log.join('\n');
    expect(log).not.toBe('');
    for (const text of sent) if (text.length > 20) expect(log).not.toContain(text.slice(0, 60));
    expect(log).not.toContain(SECRET);
  });
});
