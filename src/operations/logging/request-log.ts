import { Logger } from '@nestjs/common';
import type { Response } from 'express';
import { withoutSecrets } from '../../problems/described-error.js';
import { requestIdOf } from '../../http/middleware/request-id.js';
import type { RequestStep } from '../../http/middleware/request-steps.js';
import { LOG_LEVELS, type Environment } from '../../config/index.js';

const LONGEST_PATH = 200;
const MOST_NAMES = 20;
const FAULT = 500;
const PARAMETER_NAME = /^[\w.-]{1,32}$/;

/**
 * Request step: one line a request, when it is over: answered, or its connection closed. Never a value of the
 * query, a header or a body.
 * @param least the least severe level that is logged: for others no line is made.
 * @param isQuiet for requests that come all day and mean nothing, such as those of a health check.
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
    // Asked now: Node keeps it, and does not know it any more when the connection is gone.
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
  if (status === FAULT) return 'error';
  if (status > FAULT) return 'warn';
  return isQuiet ? 'debug' : 'log';
}

/** Of a connection that was closed before the answer was out, the status that it would have had may be unknown. */
function outcomeOf(response: Response): { status?: number; cutOff?: true } {
  if (response.writableFinished) return { status: response.statusCode };
  const isKnown = response.headersSent || response.statusCode !== 200;
  return { ...(isKnown && { status: response.statusCode }), cutOff: true };
}

/** Of the body where its length was said beforehand; else all that went out on the connection meanwhile. */
function bytesOf(response: Response, before: number): number {
  const { socket } = response.req;
  const length = response.getHeader('Content-Length');
  if (response.writableFinished && length !== undefined) return Number(length);
  return socket.bytesWritten - before;
}

/** A path as a terminal may show it. A client may have put anything there, by mistake or not. */
function printable(path: string): string {
  return withoutSecrets(path.replace(/[^\x21-\x7e]/g, '?')).slice(0, LONGEST_PATH);
}

function namesIn(query: string): string[] {
  const names = [...new Set(new URLSearchParams(query).keys())].slice(0, MOST_NAMES);
  return names.map((name) => (PARAMETER_NAME.test(name) ? name : '?'));
}
