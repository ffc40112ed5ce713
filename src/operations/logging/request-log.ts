import { Logger } from '@nestjs/common';
import type { Response } from 'express';
import { redactSecrets } from '../../problems/described-error.js';
import { requestIdOf } from '../../http/middleware/request-id.js';
import { isAnswered } from '../../http/adapter/upgrades.js';
import type { RequestStep } from '../../http/middleware/request-steps.js';
import { LOG_LEVELS, type Environment } from '../../config/index.js';

const MAX_PATH_LENGTH = 200;
const MAX_QUERY_NAMES = 20;
const INTERNAL_ERROR = 500;
const PARAMETER_NAME = /^[\w.-]{1,32}$/;

/**
 * Request step: logs one line per request, when it is answered or its connection is closed. It never logs values of the
 * query, headers or a body.
 * @param least the least severe level that is logged.
 * @param isQuiet whether a path is logged at `debug` only, such as that of health checks.
 */
export function logRequests(
  least: Environment['LOG_LEVEL'],
  isQuiet: (path: string) => boolean,
): RequestStep {
  const logged = LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(least) + 1);
  const logger = new Logger('Request');
  return (request, response) => {
    const began = performance.now();
    const bytesBefore = request.socket.bytesWritten;
    // Read now: Node no longer knows the address once the connection is closed.
    const address = request.ip;
    response.once('close', () => {
      const [path = '', query] = request.originalUrl.split('?', 2);
      const level = levelOf(response.statusCode, isQuiet(path));
      if (!logged.includes(level)) return;
      const durationMs = Math.round((performance.now() - began) * 100) / 100;
      const line = {
        message: 'request',
        requestId: requestIdOf(response),
        method: request.method,
        path: printable(path),
        query: query === undefined ? undefined : namesIn(query),
        ...outcomeOf(response),
        durationMs,
        bytes: bytesOf(response, bytesBefore),
        client: (request.user as { name?: string } | undefined)?.name,
        address,
      };
      logger[level](line);
    });
  };
}

function levelOf(status: number, isQuiet: boolean): 'error' | 'warn' | 'debug' | 'log' {
  if (status === INTERNAL_ERROR) return 'error';
  if (status > INTERNAL_ERROR) return 'warn';
  return isQuiet ? 'debug' : 'log';
}

/** Where the connection was closed before the answer was sent, the status may be unknown. */
function outcomeOf(response: Response): { status?: number; cutOff?: true } {
  if (isAnswered(response)) return { status: response.statusCode };
  const isKnown = response.headersSent || response.statusCode !== 200;
  return { ...(isKnown && { status: response.statusCode }), cutOff: true };
}

/** The size of the body where Content-Length is known; else all bytes sent on the connection meanwhile. */
function bytesOf(response: Response, before: number): number {
  const { socket } = response.req;
  const length = response.getHeader('Content-Length');
  if (response.writableFinished && length !== undefined) return Number(length);
  return socket.bytesWritten - before;
}

/** A path without control characters and secrets: a client may send anything. */
function printable(path: string): string {
  return redactSecrets(path.replace(/[^\x21-\x7e]/g, '?')).slice(0, MAX_PATH_LENGTH);
}

function namesIn(query: string): string[] {
  const names = [...new Set(new URLSearchParams(query).keys())].slice(0, MAX_QUERY_NAMES);
  return names.map((name) => (PARAMETER_NAME.test(name) ? name : '?'));
}
