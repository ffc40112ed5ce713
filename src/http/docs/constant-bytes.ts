import { hash } from 'node:crypto';
import type { RequestHandler } from 'express';

interface Made {
  readonly bytes: Buffer;
  readonly tag: string;
}

/**
 * Answers with what stays the same while the process lives: made at the first request, then the same bytes for
 * everybody, with a strong `ETag`, and 304 for whoever has them already.
 */
export function constantBytes(type: string, make: () => string | Buffer): RequestHandler {
  let made: Made | undefined;
  return (request, response) => {
    const { bytes, tag } = (made ??= seal(make()));
    response.set({ 'Content-Type': type, 'Cache-Control': 'no-cache', ETag: tag });
    if (request.fresh) response.status(304).end();
    else response.setHeader('Content-Length', bytes.length).end(bytes);
  };
}

function seal(content: string | Buffer): Made {
  const bytes = Buffer.from(content);
  return { bytes, tag: `"${hash('sha1', bytes, 'base64url')}"` };
}
