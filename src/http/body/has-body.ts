import type { IncomingMessage } from 'node:http';

/** Whether a request comes with a body, be it that it is not known how large. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
