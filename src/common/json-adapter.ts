import { createServer, type ServerOptions } from 'node:http';
import { StreamableFile } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Response } from 'express';

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * Express for a service that answers with JSON. Documents go out as they are; what else Express does for any kind of
 * answer (guessing its type, splitting and joining header values, weak tags) costs a tenth of a small request.
 */
export class JsonAdapter extends ExpressAdapter {
  /** @param serverOptions for Node's HTTP server; some of its limits can be set only when it is made. */
  constructor(private readonly serverOptions: ServerOptions = {}) {
    super();
  }

  override initHttpServer(): void {
    this.httpServer = createServer(this.serverOptions, this.getInstance());
  }

  override reply(response: Response, body: unknown, status = response.statusCode): unknown {
    // Only an answer with a tag can be known already: for `If-None-Match: *`, Express calls any answer fresh.
    if (response.req.fresh && response.hasHeader('ETag')) return response.writeHead(304).end();
    if (!isDocument(body, response)) return super.reply(response, body, status);
    response.statusCode = status;
    if (typeof body !== 'string') response.setHeader('Content-Type', JSON_TYPE);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.setHeader('Content-Length', Buffer.byteLength(text));
    return response.end(text);
  }
}

/** Whether an answer is to be written as JSON, or is text whose type is given already. */
function isDocument(body: unknown, response: Response): body is object | string {
  if (typeof body === 'string') return response.hasHeader('Content-Type');
  if (typeof body !== 'object' || body === null) return false;
  return !(body instanceof StreamableFile) && !(body instanceof Error);
}
