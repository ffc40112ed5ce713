import type { IncomingMessage } from 'node:http';

/** Whether a request has a body, also a chunked one of unknown size. */
export function hasBody(request: IncomingMessage): boolean {
  return isChunked(request) || Number(request.headers['content-length'] ?? 0) > 0;
}

/** Whether the size of the body is known only at its end. */
export function isChunked({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined;
}
