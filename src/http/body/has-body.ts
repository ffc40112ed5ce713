import type { IncomingMessage } from 'node:http';

/** Whether a request has a body, also a chunked one of unknown size. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
