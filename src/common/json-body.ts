import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import type { ProblemCode } from './problem/catalogue.js';
import { ProblemError } from './problem/problem.error.js';

/** Methods whose requests mean nothing by a body: one that comes is refused, as unknown input is everywhere. */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE']);

/**
 * Express middleware that reads JSON bodies and refuses all others: forms and text with 415, what is not UTF-8
 * with 400 (decoding would silently replace it), what is over the limit with 413.
 * @param limitOf the largest body of a request, in bytes after decompression, one of the `limits`; `undefined` leaves
 *   the body unread, for a request that will be refused in any case.
 */
export function jsonBody<Limit extends number>(
  limits: readonly Limit[],
  limitOf: (request: Request) => Limit | undefined,
): RequestHandler {
  const parsers = new Map(
    limits.map((limit) => [limit, express.json({ limit, verify: refuseOtherEncodings })] as const),
  );
  return (request: Request, response: Response, next: NextFunction) => {
    const limit = hasBody(request) ? limitOf(request) : undefined;
    if (limit === undefined) {
      next();
    } else if (BODILESS.has(request.method)) {
      next(new ProblemError('malformed_request', `A ${request.method} request takes no body.`));
    } else if (!request.is('application/json')) {
      const detail = request.headers['content-type']
        ? 'The body is not JSON.'
        : 'The body has no Content-Type.';
      next(new ProblemError('unsupported_media_type', detail));
    } else {
      parsers.get(limit)?.(request, response, (error?: unknown) => {
        next(error && toProblem(error));
      });
    }
  };
}

/** What body-parser calls the reasons for which it refuses a body. */
const CODES: Readonly<Record<string, ProblemCode>> = {
  'entity.parse.failed': 'malformed_json',
  'entity.verify.failed': 'malformed_json',
  'entity.too.large': 'payload_too_large',
  'charset.unsupported': 'unsupported_media_type',
  'encoding.unsupported': 'unsupported_media_type',
};

function toProblem(error: unknown): ProblemError {
  const type = error instanceof Error && 'type' in error ? String(error.type) : '';
  return new ProblemError(
    CODES[type] ?? 'malformed_request',
    error instanceof Error ? error.message : 'unreadable',
  );
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** The parser itself would read any charset whose name begins with `utf-`. */
function refuseOtherEncodings(_: IncomingMessage, __: ServerResponse, body: Buffer, charset: string): void {
  if (charset !== 'utf-8') {
    throw Object.assign(new Error(`The charset ${charset} is not read.`), { type: 'charset.unsupported' });
  }
  if (!isUtf8(body)) throw new Error('The body is not UTF-8.');
}
