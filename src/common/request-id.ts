import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

const HEADER = 'X-Request-Id';
const ACCEPTABLE = /^[\w.:-]{1,128}$/;

/** Express middleware: keeps a sensible `X-Request-Id` of the caller, makes one otherwise, and echoes it. */
export function assignRequestId(request: Request, response: Response, next: NextFunction): void {
  const given = request.headers['x-request-id'];
  response.setHeader(HEADER, typeof given === 'string' && ACCEPTABLE.test(given) ? given : randomUUID());
  next();
}

/** The id that `assignRequestId` gave to the request of this response. */
export function requestIdOf(response: Response): string {
  return String(response.getHeader(HEADER));
}
