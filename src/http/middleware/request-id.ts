import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';

const HEADER = 'X-Request-Id';
const ACCEPTABLE = /^[\w.:-]{1,128}$/;

/** Request step: takes over a valid `X-Request-Id` of the client, generates one otherwise, and echoes it. */
export function assignRequestId(request: Request, response: Response): void {
  const given = request.headers['x-request-id'];
  response.setHeader(HEADER, typeof given === 'string' && ACCEPTABLE.test(given) ? given : randomUUID());
}

/** The request id of this response; generated here where no step has assigned one. */
export function requestIdOf(response: Response): string {
  const assigned = response.getHeader(HEADER);
  if (typeof assigned === 'string') return assigned;
  const id = randomUUID();
  if (!response.headersSent) response.setHeader(HEADER, id);
  return id;
}
