import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { ProblemError } from './problem/problem.error.js';

/**
 * Express middleware that reads JSON bodies and refuses all others: forms and text with 415, what is not UTF-8
 * with 400 (decoding would silently replace it), what is over the limit with 413.
 * @param maxBytes the largest body, after decompression.
 */
export function jsonBody(maxBytes: number): RequestHandler[] {
  return [refuseOtherTypes, express.json({ limit: maxBytes, verify: refuseOtherEncodings })];
}

function refuseOtherTypes(request: Request, _: Response, next: NextFunction): void {
  const hasBody =
    'transfer-encoding' in request.headers || Number(request.headers['content-length'] ?? 0) > 0;
  if (!hasBody || request.is('application/json')) {
    next();
    return;
  }
  const type = request.headers['content-type'];
  next(
    new ProblemError(
      'unsupported_media_type',
      type ? 'The body is not JSON.' : 'The body has no Content-Type.',
    ),
  );
}

function refuseOtherEncodings(_: IncomingMessage, __: ServerResponse, body: Buffer): void {
  if (!isUtf8(body)) throw new ProblemError('malformed_json', 'The body is not UTF-8.');
}
