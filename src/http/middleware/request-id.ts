import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';

const HEADER = 'X-Request-Id';
const ACCEPTABLE = /^[\w.:-]{1,128}$/;

/** Request step: keeps a sensible `X-Request-Id` of the caller, makes one otherwise, and echoes it. */
export function assignRequestId(request: Request, response: Response): void {
  const given = request.headers['x-request-id'];
  response.setHeader(HEADER, typeof given === 'string' && ACCEPTABLE.test(given) ? given : randomUUID());
}

/** The id of the request of this response; made here where nobody assigned one. */
export function requestIdOf(response: Response): string {
  const known = response.getHeader(HEADER);
  if (typeof known === 'string') return known;
  const id = randomUUID();
  if (!response.headersSent) response.setHeader(HEADER, id);
  return id;
}
