import { hash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';

/** Content that is constant while the process lives, with its strong `ETag`. */
export interface Content {
  readonly bytes: Buffer;
  readonly tag: string;
}

export function contentOf(text: string | Buffer): Content {
  const bytes = Buffer.from(text);
  return { bytes, tag: `"${hash('sha1', bytes, 'base64url')}"` };
}

/** Answers with the content, and with 304 where the client has it; the other headers are set before. */
export function sendContent(request: Request, response: Response, { bytes, tag }: Content): void {
  response.setHeader('ETag', tag);
  if (request.fresh) response.status(304).end();
  else response.setHeader('Content-Length', bytes.length).end(bytes);
}

/** Answers with content that is made at the first request, then served from memory. */
export function constantBytes(type: string, make: () => string | Buffer): RequestHandler {
  let content: Content | undefined;
  return (request, response) => {
    response.set({ 'Content-Type': type, 'Cache-Control': 'no-cache' });
    sendContent(request, response, (content ??= contentOf(make())));
  };
}
