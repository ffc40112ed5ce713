import fc from 'fast-check';
import { ANYTHING, type Trick, type WireRequest } from './draft.js';

/**
 * Tricks below HTTP: bytes that no client library sends. None of them holds a whole and valid body, so that a row
 * that comes of one is a finding.
 */
export function socketTrick(): fc.Arbitrary<Trick> {
  const whole = TRICKS.map(([name, bytesOf]) => socketTrickOf(name, bytesOf, false));
  const cut = CUT.map(([name, bytesOf]) => socketTrickOf(name, bytesOf, true));
  return fc.constantFrom(...whole, ...cut);
}

type BytesOf = (request: WireRequest) => Buffer;

function socketTrickOf(name: string, bytesOf: BytesOf, isCut: boolean): Trick {
  return {
    name: `bytes ${name}`,
    apply: (request) => ({ ...request, bytes: bytesOf(request), isCut }),
    expects: ANYTHING,
    mayHangUp: true,
  };
}

const HALF = '{"type":"alert",';

/** Head and body of a request; `close` so that the end of the answer is seen. */
function bytes(
  { method, target, headers }: WireRequest,
  more: readonly string[],
  body: string | Buffer = '',
  line = `${method} ${target} HTTP/1.1`,
): Buffer {
  const kept = ['Authorization', 'Content-Type'].flatMap((name) =>
    headers[name] === undefined ? [] : [`${name}: ${headers[name]}`],
  );
  const head = [line, 'Host: 127.0.0.1', 'Connection: close', ...kept, ...more, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
}

/** Whole requests, or what is refused at once. */
const TRICKS: readonly (readonly [name: string, bytesOf: BytesOf])[] = [
  ['with more body than announced', (one) => bytes(one, ['Content-Length: 3'], HALF)],
  ['with a negative length', (one) => bytes(one, ['Content-Length: -1'], HALF)],
  ['with a length that is no number', (one) => bytes(one, ['Content-Length: 0x10'], HALF)],
  ['with a length past all numbers', (one) => bytes(one, [`Content-Length: ${'9'.repeat(30)}`], HALF)],
  ['with two lengths', (one) => bytes(one, ['Content-Length: 3', 'Content-Length: 16'], HALF)],
  [
    'with a length and chunks',
    (one) => bytes(one, ['Content-Length: 3', 'Transfer-Encoding: chunked'], `10\r\n${HALF}\r\n0\r\n\r\n`),
  ],
  ['with chunks of no size', (one) => bytes(one, ['Transfer-Encoding: chunked'], `zz\r\n${HALF}`)],
  ['with chunks that are not chunked', (one) => bytes(one, ['Transfer-Encoding: gzip'], HALF)],
  ['with chunked in disguise', (one) => bytes(one, ['Transfer-Encoding: xchunked'], HALF)],
  ['with a header without a colon', (one) => bytes(one, ['No colon at all'])],
  ['with a space before the colon', (one) => bytes(one, ['X-Space : 1'])],
  ['with a folded header', (one) => bytes(one, ['X-Folded: a', ' b'])],
  ['with a NUL in a header', (one) => bytes(one, ['X-Nul: a\0b'])],
  ['with a lone carriage return in a header', (one) => bytes(one, ['X-Cr: a\rX-Injected: b'])],
  ['with a header without a name', (one) => bytes(one, [': empty'])],
  [
    'with 3000 headers',
    (one) =>
      bytes(
        one,
        Array.from({ length: 3000 }, (_, index) => `X-${index}: 1`),
      ),
  ],
  ['with two hosts', (one) => bytes(one, ['Host: evil.example'])],
  ['with two authorizations', (one) => bytes(one, ['Authorization: Bearer nonsense'])],
  [
    'without a host',
    ({ method, target }) => Buffer.from(`${method} ${target} HTTP/1.1\r\nConnection: close\r\n\r\n`),
  ],
  [
    'with lone line feeds',
    ({ method, target }) => Buffer.from(`${method} ${target} HTTP/1.1\nHost: a\nConnection: close\n\n`),
  ],
  ['of HTTP 1.0', ({ target }) => Buffer.from(`GET ${target} HTTP/1.0\r\n\r\n`)],
  ['of HTTP 9.9', (one) => bytes(one, [], '', `${one.method} ${one.target} HTTP/9.9`)],
  ['of HTTP 2', () => Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
  ['of an unknown method', (one) => bytes(one, [], '', `BREW ${one.target} HTTP/1.1`)],
  ['of a method in small letters', (one) => bytes(one, [], '', `get ${one.target} HTTP/1.1`)],
  ['of a tunnel', (one) => bytes(one, [], '', 'CONNECT evil.example:443 HTTP/1.1')],
  ['for everything', (one) => bytes(one, [], '', 'OPTIONS * HTTP/1.1')],
  ['for another host', (one) => bytes(one, [], '', `GET http://evil.example${one.target} HTTP/1.1`)],
  ['for a host without a path', (one) => bytes(one, [], '', 'GET http://evil.example HTTP/1.1')],
  ['for a path beside a host', (one) => bytes(one, [], '', `GET //evil.example${one.target} HTTP/1.1`)],
  ['for a path without a slash', (one) => bytes(one, [], '', `GET ${one.target.slice(1)} HTTP/1.1`)],
  ['with spaces in the path', (one) => bytes(one, [], '', `GET ${one.target} or 1=1 HTTP/1.1`)],
  [
    'with bytes past ASCII in the path',
    (one) => bytes(one, [], '', `GET ${one.target}/\xff\xfe\xe9 HTTP/1.1`),
  ],
  ['with a NUL in the path', (one) => bytes(one, [], '', `GET ${one.target}\0 HTTP/1.1`)],
  ['with a fragment', (one) => bytes(one, [], '', `GET ${one.target}#x HTTP/1.1`)],
  [
    'with a second request behind',
    (one) => bytes({ ...one, method: 'GET' }, [], 'GET /api/health HTTP/1.1\r\nHost: a\r\n\r\n'),
  ],
];

/** The beginnings of requests, after which the client is gone. */
const CUT: readonly (readonly [name: string, bytesOf: BytesOf])[] = [
  ['with less body than announced', (one) => bytes(one, ['Content-Length: 5000'], HALF)],
  ['with a chunk that is cut', (one) => bytes(one, ['Transfer-Encoding: chunked'], `ffff\r\n${HALF}`)],
  [
    'with a chunk of 2^64 bytes',
    (one) => bytes(one, ['Transfer-Encoding: chunked'], `ffffffffffffffff\r\n${HALF}`),
  ],
  [
    'with chunk extensions without end',
    (one) => bytes(one, ['Transfer-Encoding: chunked'], `1;${'x'.repeat(20_000)}`),
  ],
  ['that promise a body and wait', (one) => bytes(one, ['Content-Length: 100', 'Expect: 100-continue'])],
  ['of HTTP 0.9', ({ target }) => Buffer.from(`GET ${target}\r\n`)],
  ['of TLS', () => Buffer.from('16030100c8010000c40303', 'hex')],
  ['that an end cuts', ({ method }) => Buffer.from(`${method} /api/mem`)],
  ['that are empty lines', () => Buffer.from('\r\n'.repeat(100))],
];
