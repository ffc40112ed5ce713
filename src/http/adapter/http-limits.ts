import { randomUUID } from 'node:crypto';
import type { Server, ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type { Response } from 'express';
import { throttle } from '../../time/throttle.js';
import { PROBLEMS, type ProblemCode } from '../../problems/catalogue.js';
import { PROBLEM_TYPE, problemDocument } from '../../problems/problem.document.js';
import { ProblemError } from '../../problems/problem.error.js';
import { isRepeated } from './repeated-header.js';
import { requestIdOf } from '../middleware/request-id.js';
import type { RequestStep } from '../middleware/request-steps.js';

/** What one client may take of the HTTP server. */
export interface HttpLimits {
  /** How long a request may take to arrive, head and body. */
  readonly requestTimeoutMs: number;
  /** How many connections there may be; 0 for any number. */
  readonly mostConnections: number;
}

const LARGEST_HEAD_BYTES = 16_384;
/** Node leaves out what is past this many; a request that has them is refused, so that none is left out unnoticed. */
const MOST_HEADERS = 200;
const LONGEST_HEAD_MS = 20_000;
const LONGEST_CHECK_MS = 5_000;
/** Nothing sent and nothing read for so long: the other side is gone, or means ill. */
const SILENCE_MS = 600_000;

/**
 * Longer than a dashboard waits between two polls: with Node's 5 seconds, a client that polls as often would at times
 * send into a connection that is just being closed.
 */
const KEEP_ALIVE_MS = 65_000;

/** The limits that Node takes when a server is made. It looks for requests that are late at intervals. */
export function serverOptions({ requestTimeoutMs }: HttpLimits): ServerOptions {
  return {
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(requestTimeoutMs, LONGEST_HEAD_MS),
    connectionsCheckingInterval: Math.min(Math.ceil(requestTimeoutMs / 4), LONGEST_CHECK_MS),
    maxHeaderSize: LARGEST_HEAD_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Node would say no more than 400; `validateHeaders` says why.
    requireHostHeader: false,
  };
}

/** The other limits, and answers for requests that never become one. */
export function limitServer(server: Server, { mostConnections }: HttpLimits): void {
  const logger = new Logger('HTTP');
  server.maxHeadersCount = MOST_HEADERS;
  server.timeout = SILENCE_MS;
  if (mostConnections > 0) server.maxConnections = mostConnections;
  const warn = throttle(() => {
    logger.warn(`More than ${mostConnections} connections (MAX_CONNECTIONS): new ones are closed.`);
  });
  server.on('drop', warn);
  // RFC 9110, 10.1.1: what is expected beyond 100-continue may be passed over. Node would answer 417 without a body.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  // Whoever asks before sending a body is told to when it is read, and never where the request is refused.
  server.on('checkContinue', (request, response) => server.emit('request', request, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    refuseBroken(error.code, socket, logger);
  });
}

/**
 * Request step: refuses a request of whose headers Node may have left some out, and one without a host or with
 * two (RFC 9112, section 3.2), of which Node keeps the first and a proxy may have gone by the other.
 */
export const validateHeaders: RequestStep = ({ rawHeaders, headers, httpVersion }) => {
  if (rawHeaders.length >= 2 * MOST_HEADERS) {
    throw new ProblemError('headers_too_large', `There may be no more than ${MOST_HEADERS - 1} headers.`);
  }
  if (headers.host === undefined && httpVersion !== '1.0') {
    throw new ProblemError('malformed_request', 'The request has no Host header.');
  }
  if (isRepeated(rawHeaders, 'host')) {
    throw new ProblemError('malformed_request', 'The request has more than one Host header.');
  }
};

const REASONS: Readonly<Record<string, [ProblemCode, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: ['headers_too_large', `The headers take more than ${LARGEST_HEAD_BYTES} bytes.`],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['payload_too_large', 'The chunk extensions of the body are too large.'],
};

/** Answers on the bare socket: there is no request to which a response would belong. */
function refuseBroken(reason: string | undefined, socket: Socket, logger: Logger): void {
  const response = unansweredOn(socket);
  if (!socket.writable || reason === 'ECONNRESET' || response?.headersSent) {
    socket.destroy();
    return;
  }
  const [code, detail] = REASONS[reason ?? ''] ?? ['malformed_request', 'This is not an HTTP request.'];
  const { status } = PROBLEMS[code];
  const requestId = response ? requestIdOf(response) : randomUUID();
  // For the log, which has a line for it when it closes.
  if (response) response.statusCode = status;
  else
    logger.log(
      `Refused what is no request: ${status} ${code} (${socket.remoteAddress ?? 'gone'} ${requestId})`,
    );
  socket.end(answerOf(new ProblemError(code, detail), requestId), () => socket.destroy());
}

function answerOf(problem: ProblemError, requestId: string): string {
  const body = problemDocument(problem, requestId);
  return [
    `HTTP/1.1 ${problem.status} ${PROBLEMS[problem.code].title}`,
    'Connection: close',
    'Cache-Control: no-store',
    `Content-Type: ${PROBLEM_TYPE}; charset=utf-8`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Date: ${new Date().toUTCString()}`,
    `X-Request-Id: ${requestId}`,
    'X-Content-Type-Options: nosniff',
    '',
    body,
  ].join('\r\n');
}

/** Node keeps it on the socket without a public name, and looks at it for the same reason in its own answer. */
function unansweredOn(socket: Socket): Response | undefined {
  return (socket as Socket & { _httpMessage?: Response | null })._httpMessage ?? undefined;
}
