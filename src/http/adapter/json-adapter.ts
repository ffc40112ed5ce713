import { createServer, IncomingMessage, ServerResponse, type ServerOptions } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StreamableFile } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Application, Response } from 'express';
import { ANSWERED } from '../body/index.js';
import { PART, partsOf, writeJson } from '../../json/index.js';
import type { Traffic } from '../traffic/index.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const LARGE_BYTES = 65_536;

/** Whether V8 forgets what it knew about the shape of an object whose prototype is set: see `withPrototype`. */
const FORGETS_SHAPES = Number.parseInt(process.versions.node) < 24;

/** What the objects of a request inherit from; its own types leave them out. */
type Prototypes = Record<'request' | 'response', object>;

/**
 * Express for a service that answers with JSON. Documents go out as they are; what else Express does for any kind of
 * answer (guessing its type, splitting and joining header values, weak tags) costs a tenth of a small request.
 */
export class JsonAdapter extends ExpressAdapter {
  /** What answers are counted by; none are where it is not set. */
  traffic: Traffic | undefined;
  /** The large text that was measured last in this turn of the event loop. */
  private measured: { readonly text: string; readonly bytes: number } | undefined;

  /** @param serverOptions for Node's HTTP server; some of its limits can be set only when it is made. */
  constructor(private readonly serverOptions: ServerOptions = {}) {
    super();
  }

  override initHttpServer(): void {
    const app = this.getInstance<Application & Prototypes>();
    const classes = FORGETS_SHAPES && {
      IncomingMessage: withPrototype(IncomingMessage, app.request),
      ServerResponse: withPrototype(ServerResponse, app.response),
    };
    this.httpServer = createServer({ ...this.serverOptions, ...classes }, app);
  }

  override reply(response: Response, body: unknown, status?: number): unknown {
    const replied = this.answer(response, body, status);
    response.emit(ANSWERED);
    return replied;
  }

  private answer(response: Response, body: unknown, status = response.statusCode): unknown {
    // Only an answer with a tag can be known already: for `If-None-Match: *`, Express calls any answer fresh.
    if (response.req.fresh && response.hasHeader('ETag')) return response.writeHead(304).end();
    if (!isDocument(body, response)) return super.reply(response, body, status);
    const text = typeof body === 'string' ? body : writeJson(body);
    const bytes = this.sizeOf(text);
    this.traffic?.admit(response, bytes);
    response.statusCode = status;
    if (typeof body !== 'string') response.setHeader('Content-Type', JSON_TYPE);
    response.setHeader('Content-Length', bytes);
    send(response, text, bytes);
    this.traffic?.sent(response, bytes);
    return undefined;
  }

  /** All who have waited for the same large text are answered in one turn: it is measured once for them. */
  private sizeOf(text: string): number {
    if (text.length < LARGE_BYTES) return Buffer.byteLength(text);
    if (this.measured?.text !== text) {
      this.measured = { text, bytes: Buffer.byteLength(text) };
      setImmediate(() => (this.measured = undefined));
    }
    return this.measured.bytes;
  }
}

function send(response: Response, text: string, bytes: number): void {
  // For a large text Node would take three times the memory that it needs as UTF-8.
  if (bytes <= PART) response.end(bytes < LARGE_BYTES ? text : Buffer.from(text));
  else pipeline(Readable.from(encoded(text)), response, () => undefined);
}

/** A large text holds up the event loop while all of it becomes bytes; whoever takes them slowly is waited for. */
async function* encoded(text: string): AsyncGenerator<Buffer> {
  for (const part of partsOf(text)) {
    yield Buffer.from(part);
    await nextTurn();
  }
}

/**
 * Express sets the prototype of every request and of every answer. On Node 20 and 22, V8 then forgets what it knew about
 * the shape of both, and all that comes after it runs slowly: it more than doubled the cost of a small request. Where
 * Node makes them with that prototype, Express's own call finds nothing to change. Node 24 does not mind the call, and
 * makes objects of its own classes faster than those of others: there a small request costs a tenth more with this.
 * @returns the class, as Node's server calls it, whose objects have this `prototype`, which itself inherits from it.
 */
function withPrototype<Kind extends typeof IncomingMessage | typeof ServerResponse>(
  kind: Kind,
  prototype: object,
): Kind {
  // A class could not do it: its prototype is its own. `Reflect.construct` could, with objects as slow as before.
  function make(this: object, ...values: unknown[]): void {
    Reflect.apply(kind, this, values);
  }
  make.prototype = prototype;
  return make as unknown as Kind;
}

/** Whether an answer is to be written as JSON, or is text whose type is given already. */
function isDocument(body: unknown, response: Response): body is object | string {
  if (typeof body === 'string') return response.hasHeader('Content-Type');
  if (typeof body !== 'object' || body === null) return false;
  return !(body instanceof StreamableFile) && !(body instanceof Error);
}
