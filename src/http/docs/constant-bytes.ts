import { hash } from 'node:crypto';
import type { RequestHandler } from 'express';

interface Content {
  readonly bytes: Buffer;
  readonly tag: string;
}

/**
 * Answers with content that is constant while the process lives: made at the first request, then served from memory
 * with a strong `ETag`, and 304 for clients that have it.
 */
export function constantBytes(type: string, make: () => string | Buffer): RequestHandler {
  let content: Content | undefined;
  return (request, response) => {
    const { bytes, tag } = (content ??= withTag(make()));
    response.set({ 'Content-Type': type, 'Cache-Control': 'no-cache', ETag: tag });
    if (request.fresh) response.status(304).end();
    else response.setHeader('Content-Length', bytes.length).end(bytes);
  };
}

function withTag(text: string | Buffer): Content {
  const bytes = Buffer.from(text);
  return { bytes, tag: `"${hash('sha1', bytes, 'base64url')}"` };
}
