import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { ANYTHING, ACCEPTED, type Expectation, type Trick, type WireRequest } from './draft.js';
import { HOSTILE_QUERIES, HOSTILE_SEGMENTS } from './hostile-texts.js';
import { jsonTextOf, nested } from './json-text.js';

const BODY_LIMIT = 16 * 1_048_576 + 65_536;
const JSON_TYPE = 'application/json';
const NO_JSON: Expectation = { is: 'status', statuses: [400] };
/** What is read up to 16 KB only, as below `/auth`, may be too large before it is wrong. */
const NO_JSON_OR_LARGE: Expectation = { is: 'status', statuses: [400, 413] };
const TOO_LARGE: Expectation = { is: 'status', statuses: [413] };
const WRONG_TYPE: Expectation = { is: 'status', statuses: [415] };

/** Tricks with the request line: methods, paths and queries. */
export function lineTrick(): fc.Arbitrary<Trick> {
  return fc.oneof(
    fc
      .constantFrom(...METHODS)
      .map((method) => trick(`method ${method}`, (request) => ({ ...request, method }))),
    fc.tuple(fc.constantFrom(...HOSTILE_SEGMENTS), fc.nat(5)).map(([segment, at]) =>
      trick(
        'segment replaced',
        onPath((path) => replaced(path, at, segment)),
      ),
    ),
    fc.constantFrom(...HOSTILE_SEGMENTS).map((segment) =>
      trick(
        'segment added',
        onPath((path) => `${path}/${segment}`),
      ),
    ),
    fc.constantFrom(...SHAPES).map(([name, change]) => trick(`path ${name}`, onPath(change))),
    fc.constantFrom(...HOSTILE_QUERIES).map((query) =>
      trick('query', (request) => ({
        ...request,
        target: `${request.target.split('?')[0] ?? ''}?${query}`,
      })),
    ),
  );
}

const METHODS = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'SEARCH',
  'COPY',
  'LOCK',
  'QUERY',
].filter((method) => method !== 'QUERY' || Number(process.versions.node.split('.')[0]) > 21);

const SHAPES: readonly (readonly [name: string, change: (path: string) => string])[] = [
  ['in capitals', (path) => path.toUpperCase()],
  ['with a slash at the end', (path) => `${path}/`],
  ['with two slashes at the end', (path) => `${path}//`],
  ['with doubled slashes', (path) => path.replaceAll('/', '//')],
  ['with a dot segment', (path) => path.replace('/api/', '/api/./')],
  ['that climbs', (path) => `${path}/../../../../etc/passwd`],
  ['that climbs in code', (path) => `${path}/%2e%2e/%2e%2e`],
  ['with encoded letters', (path) => path.replace('api', '%61pi')],
  ['with an encoded slash', (path) => path.replace(/\/(?=[^/]*$)/, '%2F')],
  ['with a backslash', (path) => path.replace(/\/(?=[^/]*$)/, '\\')],
  ['with parameters', (path) => `${path};jsessionid=1`],
  ['that is the fifth part of a header', (path) => `${path}${'/x'.repeat(1600)}`],
  ['that is as long as headers may be', (path) => `${path}/${'x'.repeat(16_000)}`],
  ['that is twice as long as headers may be', (path) => `${path}/${'x'.repeat(32_000)}`],
  ['without its first part', (path) => path.replace(/^\/api/, '')],
  ['of the documentation', () => '/api/docs'],
  ['of the document', () => '/api/openapi.json'],
  ['outside', () => '/../../package.json'],
];

function replaced(path: string, at: number, segment: string): string {
  const parts = path.split('/');
  parts[2 + (at % Math.max(1, parts.length - 2))] = segment;
  return parts.join('/');
}

function onPath(change: (path: string) => string): (request: WireRequest) => WireRequest {
  return (request) => {
    const [path = '', ...query] = request.target.split('?');
    return { ...request, target: [change(path), ...query].join('?') };
  };
}

/** Tricks with the headers of a request that is valid otherwise. */
export function headerTrick(): fc.Arbitrary<Trick> {
  return fc.constantFrom(...HEADERS).map(([name, value, expects = ANYTHING]) => ({
    name: `header ${name}`,
    apply: withHeaders({ [name]: value }),
    expects,
  }));
}

const HEADERS: readonly (readonly [name: string, value: string, expects?: Expectation])[] = [
  ['Accept', 'text/html, application/xml;q=0.9', ACCEPTED],
  ['Accept', '*/*;q=0', ACCEPTED],
  ['Accept', 'application/problem+json;;;,=,', ACCEPTED],
  ['Accept', 'x/'.repeat(3000), ACCEPTED],
  ['Accept-Encoding', 'gzip;q=0, *;q=0', ACCEPTED],
  ['Accept-Language', '../../etc', ACCEPTED],
  ['Accept-Charset', 'utf-7', ACCEPTED],
  ['If-None-Match', '"a", "b", W/"c"', ACCEPTED],
  ['If-None-Match', '*', ACCEPTED],
  ['If-None-Match', 'no quotes', ACCEPTED],
  ['If-None-Match', '"'.repeat(4000), ACCEPTED],
  ['If-None-Match', Array.from({ length: 700 }, (_, index) => `"${index}"`).join(','), ACCEPTED],
  ['If-Match', '"never"', ACCEPTED],
  ['If-Modified-Since', 'Thu, 01 Jan 2099 00:00:00 GMT'],
  ['If-Modified-Since', 'never', ACCEPTED],
  ['Range', 'bytes=0-0,-1,5-', ACCEPTED],
  ['X-Request-Id', 'x'.repeat(5000), ACCEPTED],
  ['X-Request-Id', '<script>alert(1)</script>', ACCEPTED],
  ['X-Request-Id', '\u00e9\u00ff', ACCEPTED],
  ['X-Request-Id', 'a:b.c-d_1', ACCEPTED],
  ['X-Forwarded-For', "127.0.0.1' OR 1=1, unknown, ::1", ACCEPTED],
  ['X-Forwarded-Host', 'evil.example', ACCEPTED],
  ['X-Forwarded-Proto', 'javascript', ACCEPTED],
  ['X-HTTP-Method-Override', 'DELETE', ACCEPTED],
  ['X-Original-URL', '/api/admin', ACCEPTED],
  ['Forwarded', 'for="[::1]:99999";by=evil', ACCEPTED],
  ['Host', 'evil.example:99999', ACCEPTED],
  ['Host', '', ACCEPTED],
  ['Origin', 'null', ACCEPTED],
  ['Origin', 'https://evil.example', ACCEPTED],
  ['Referer', 'javascript:alert(1)', ACCEPTED],
  ['Cookie', `token=${'x'.repeat(4000)}`, ACCEPTED],
  ['Connection', 'close, Authorization', ACCEPTED],
  ['Upgrade', 'h2c'],
  ['TE', 'trailers, deflate;q=0.5', ACCEPTED],
  ['Expect', '100-continue'],
  ['Expect', 'the impossible', ACCEPTED],
  ['Max-Forwards', '0', ACCEPTED],
  ['__proto__', 'polluted', ACCEPTED],
  ['constructor', 'polluted', ACCEPTED],
  ['X-Large', 'x'.repeat(15_000)],
  ['X-Large', 'x'.repeat(40_000), { is: 'status', statuses: [431] }],
];

/** Tricks with the type, the encoding and the bytes of a body; for operations that take one. */
export function bodyTrick(): fc.Arbitrary<Trick> {
  const types = fc.constantFrom(...WRONG_TYPES).map((type) => ({
    name: 'body of another type',
    apply: withHeaders({ 'Content-Type': type }),
    expects: WRONG_TYPE,
  }));
  const good = fc.constantFrom(...GOOD_TYPES).map((type) => ({
    name: 'body of a type in other words',
    apply: withHeaders({ 'Content-Type': type }),
    expects: ACCEPTED,
  }));
  return fc.oneof(
    { weight: 6, arbitrary: types },
    { weight: 2, arbitrary: good },
    { weight: 6, arbitrary: fc.constantFrom(...ENCODINGS) },
    { weight: 12, arbitrary: fc.constantFrom(...BYTES) },
    { weight: 1, arbitrary: fc.constantFrom(...GIANTS) },
  );
}

const WRONG_TYPES = [
  'text/plain',
  'text/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json-patch+json',
  'application/jsonp',
  'application/octet-stream',
  'application/json; charset=utf-16',
  'application/json; charset=iso-8859-1',
  'application/json, text/plain',
  'application/*',
  '*/*',
  '/',
  ';',
  'json',
  'x'.repeat(4000),
];
const GOOD_TYPES = [
  'application/json; charset=utf-8',
  'APPLICATION/JSON',
  'application/json;charset="UTF-8"',
  'application/json; profile=x',
];

function encodedTrick(
  name: string,
  encoding: string,
  encode: (body: Buffer) => Buffer,
  expects: Expectation,
): Trick {
  return {
    name: `body ${name}`,
    expects,
    apply: (request) =>
      withHeaders({ 'Content-Encoding': encoding })({ ...request, body: encode(bytesOf(request)) }),
  };
}

const ENCODINGS: readonly Trick[] = [
  encodedTrick('in gzip', 'gzip', (body) => gzipSync(body), ACCEPTED),
  encodedTrick('in deflate', 'deflate', (body) => deflateSync(body), ACCEPTED),
  encodedTrick('in brotli', 'br', (body) => brotliCompressSync(body), ACCEPTED),
  encodedTrick('in no encoding by name', 'identity', (body) => body, ACCEPTED),
  encodedTrick('in gzip, cut', 'gzip', (body) => gzipSync(body).subarray(0, -9), NO_JSON),
  encodedTrick('in gzip, altered', 'gzip', (body) => altered(gzipSync(body)), ANYTHING),
  encodedTrick('in gzip in name only', 'gzip', (body) => body, NO_JSON),
  encodedTrick(
    'in gzip, followed by more',
    'gzip',
    (body) => Buffer.concat([gzipSync(body), gzipSync(body)]),
    NO_JSON,
  ),
  encodedTrick('in two encodings', 'gzip, gzip', (body) => gzipSync(gzipSync(body)), WRONG_TYPE),
  encodedTrick('in an unknown encoding', 'zstd-of-the-future', (body) => body, WRONG_TYPE),
];

function altered(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[Math.floor(copy.length / 2)] = (copy[Math.floor(copy.length / 2)] ?? 0) ^ 0xff;
  return copy;
}

function bytesTrick(
  name: string,
  change: (body: Buffer) => Buffer | string,
  expects: Expectation = NO_JSON,
): Trick {
  return {
    name: `body ${name}`,
    apply: (request) => withHeaders({})({ ...request, body: change(bytesOf(request)) }),
    expects,
  };
}

const BYTES: readonly Trick[] = [
  bytesTrick('cut', (body) => body.subarray(0, -1)),
  bytesTrick('followed by more', (body) => `${body.toString()}x`),
  bytesTrick('twice', (body) => `${body.toString()}${body.toString()}`),
  bytesTrick('with a comma too many', (body) =>
    body.toString().replace(/\}$/, ',}').replace(/^\{,/, '{"a":1,'),
  ),
  bytesTrick('with a comment', (body) => `/* */${body.toString()}`),
  bytesTrick('of white space', () => ' \r\n\t '),
  bytesTrick('that is null', () => 'null'),
  bytesTrick('that is a text', () => '"text"'),
  bytesTrick('that is a number', () => '-0'),
  bytesTrick('that is NaN', () => 'NaN'),
  bytesTrick('that is a list', () => '[]', { is: 'refused', field: '' }),
  bytesTrick('that is an empty object', () => '{}', ANYTHING),
  bytesTrick('that is empty', () => '', ANYTHING),
  bytesTrick(
    'with a byte order mark',
    (body) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]),
    ANYTHING,
  ),
  bytesTrick('in UTF-16', (body) => Buffer.from(body.toString(), 'utf16le')),
  bytesTrick('with half a character', (body) => Buffer.concat([body, Buffer.from([0xf0, 0x9f])])),
  bytesTrick('with invalid UTF-8', () => Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])),
  bytesTrick('with a surrogate in UTF-8', () =>
    Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]),
  ),
  bytesTrick('with an overlong NUL', () => Buffer.from([0x7b, 0x22, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d])),
  bytesTrick('nested 3000 deep', () => nested(3000, false), NO_JSON_OR_LARGE),
  bytesTrick('of 20000 open brackets', () => '['.repeat(20_000), NO_JSON_OR_LARGE),
  bytesTrick('of 3000 unknown fields', () => manyFields(3000), NO_JSON_OR_LARGE),
  bytesTrick('with a prototype', (body) => withPrototype(body), { is: 'refused', field: '__proto__' }),
  bytesTrick('with every field twice', (body) => withFieldsTwice(body), ANYTHING),
  bytesTrick('of a program', () => '{"a":(function(){return 1})()}'),
  bytesTrick(
    'of XML',
    () => '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
  ),
];

const GIANTS: readonly Trick[] = [
  bytesTrick('one byte over the limit', () => Buffer.alloc(BODY_LIMIT + 1, ' '), TOO_LARGE),
  encodedTrick('that is a gzip bomb', 'gzip', () => gzipSync(Buffer.alloc(4 * BODY_LIMIT, ' ')), TOO_LARGE),
  encodedTrick(
    'that is a brotli bomb',
    'br',
    () => brotliCompressSync(Buffer.alloc(2 * BODY_LIMIT, ' ')),
    TOO_LARGE,
  ),
];

function manyFields(count: number): string {
  return jsonTextOf(
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`field${index}`, index])),
  );
}

function withPrototype(body: Buffer): string {
  return body
    .toString()
    .replace(/^\{(\}?)/, (_, end) => `{"__proto__":{"admin":true}${end === '}' ? '}' : ','}`);
}

function withFieldsTwice(body: Buffer): string {
  const text = body.toString();
  return text === '{}' ? text : `${text.slice(0, -1)},${text.slice(1)}`;
}

function bytesOf({ body }: WireRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(body ?? '{}');
}

function withHeaders(more: Readonly<Record<string, string>>): (request: WireRequest) => WireRequest {
  return (request) => ({
    ...request,
    headers: {
      ...(request.body !== undefined && { 'Content-Type': JSON_TYPE }),
      ...request.headers,
      ...more,
    },
  });
}

function trick(name: string, apply: Trick['apply'], expects: Expectation = ANYTHING): Trick {
  return { name, apply, expects };
}
