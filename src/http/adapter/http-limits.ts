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

/** The limits of the HTTP server. */
export interface HttpLimits {
  /** How long a request may take to arrive, head and body. */
  readonly requestTimeoutMs: number;
  /** The most simultaneous connections; 0 for no limit. */
  readonly maxConnections: number;
}

const MAX_HEAD_BYTES = 16_384;
/** Node silently drops headers past this number; a request that has them is refused. */
const MAX_HEADERS = 200;
const HEADERS_TIMEOUT_MS = 20_000;
const MAX_CHECK_INTERVAL_MS = 5_000;
/** A socket without traffic for so long is taken as dead or hostile. */
const IDLE_TIMEOUT_MS = 600_000;

/**
 * Longer than the interval at which a dashboard polls: with Node's 5 seconds, a client would at times send into a
 * connection that is just being closed.
 */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** The limits that Node takes when a server is created. Node checks for late requests at intervals. */
export function serverOptions({ requestTimeoutMs }: HttpLimits): ServerOptions {
  return {
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(requestTimeoutMs, HEADERS_TIMEOUT_MS),
    connectionsCheckingInterval: Math.min(Math.ceil(requestTimeoutMs / 4), MAX_CHECK_INTERVAL_MS),
    maxHeaderSize: MAX_HEAD_BYTES,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // Node would answer a bare 400; `validateHeaders` gives the reason.
    requireHostHeader: false,
  };
}

/** Sets the other limits, and answers input that is no valid HTTP request. */
export function limitServer(server: Server, { maxConnections }: HttpLimits): void {
  const logger = new Logger('HTTP');
  server.maxHeadersCount = MAX_HEADERS;
  server.timeout = IDLE_TIMEOUT_MS;
  if (maxConnections > 0) server.maxConnections = maxConnections;
  const warn = throttle(() => {
    logger.warn(`More than ${maxConnections} connections (MAX_CONNECTIONS): new ones are closed.`);
  });
  server.on('drop', warn);
  // RFC 9110, 10.1.1: an expectation other than 100-continue may be ignored. Node would answer 417 without a body.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  // A client that expects 100-continue gets it when its body is read, and not where the request is refused.
  server.on('checkContinue', (request, response) => server.emit('request', request, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    refuseMalformed(error.code, socket, logger);
  });
}

/**
 * Request step: refuses a request of whose headers Node may have dropped some, and one without a Host header or with
 * two (RFC 9112, section 3.2): Node keeps the first, and a proxy may have used the other.
 */
export const validateHeaders: RequestStep = ({ rawHeaders, headers, httpVersion }) => {
  if (rawHeaders.length >= 2 * MAX_HEADERS) {
    throw new ProblemError('headers_too_large', `There may be no more than ${MAX_HEADERS - 1} headers.`);
  }
  if (headers.host === undefined && httpVersion !== '1.0') {
    throw new ProblemError('malformed_request', 'The request has no Host header.');
  }
  if (isRepeated(rawHeaders, 'host')) {
    throw new ProblemError('malformed_request', 'The request has more than one Host header.');
  }
};

const PROBLEM_BY_PARSER_ERROR: Readonly<Record<string, [ProblemCode, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: ['headers_too_large', `The headers take more than ${MAX_HEAD_BYTES} bytes.`],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['payload_too_large', 'The chunk extensions of the body are too large.'],
};

/** Answers on the bare socket, because there is no request with a response. */
function refuseMalformed(reason: string | undefined, socket: Socket, logger: Logger): void {
  const response = pendingResponseOn(socket);
  if (!socket.writable || reason === 'ECONNRESET' || response?.headersSent) {
    socket.destroy();
    return;
  }
  const [code, detail] = PROBLEM_BY_PARSER_ERROR[reason ?? ''] ?? [
    'malformed_request',
    'This is not an HTTP request.',
  ];
  const { status } = PROBLEMS[code];
  const requestId = response ? requestIdOf(response) : randomUUID();
  // The request log writes its line, with this status, when the response closes.
  if (response) response.statusCode = status;
  else
    logger.log(
      `Refused what is no request: ${status} ${code} (${socket.remoteAddress ?? 'gone'} ${requestId})`,
    );
  socket.end(rawResponse(new ProblemError(code, detail), requestId), () => socket.destroy());
}

function rawResponse(problem: ProblemError, requestId: string): string {
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

/** Node keeps the response on the socket under a private name, and reads it there for its own answer, too. */
function pendingResponseOn(socket: Socket): Response | undefined {
  return (socket as Socket & { _httpMessage?: Response | null })._httpMessage ?? undefined;
}
