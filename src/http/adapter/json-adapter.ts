import { createServer, IncomingMessage, ServerResponse, type ServerOptions } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StreamableFile } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Application, Response } from 'express';
import { ANSWERED } from '../body/index.js';
import { JsonPieces, PART_SIZE, utf8PartsOf, writeSizedJson, type WrittenJson } from '../../json/index.js';
import type { Traffic } from '../traffic/index.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const MAX_LISTENERS = 20;
const LARGE_BYTES = 65_536;

/** Whether setting an object's prototype makes V8 drop its hidden class: see `withPrototype`. */
const SET_PROTOTYPE_DEOPTIMIZES = Number.parseInt(process.versions.node) < 24;

/** The prototypes of requests and responses, which Express's types leave out. */
type Prototypes = Record<'request' | 'response', object>;

/**
 * The Express adapter of a service that answers with JSON. Documents are written as they are; what Express does for
 * any kind of answer (guessing its type, splitting and joining header values, weak tags) costs a tenth of a small
 * request.
 */
export class JsonAdapter extends ExpressAdapter {
  /** Counts the bytes of answers; nothing is counted where it is not set. */
  traffic: Traffic | undefined;
  /** The large text that was measured last in this turn of the event loop, with its size. */
  private measured: { readonly text: string; readonly bytes: number } | undefined;

  /** @param serverOptions for Node's HTTP server: limits that can be set only when it is created. */
  constructor(private readonly serverOptions: ServerOptions = {}) {
    super();
  }

  override initHttpServer(): void {
    const app = this.getInstance<Application & Prototypes>();
    const classes = SET_PROTOTYPE_DEOPTIMIZES && {
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
    // Only an answer with an `ETag` can be a 304: for `If-None-Match: *`, Express calls any answer fresh.
    if (response.req.fresh && response.hasHeader('ETag')) return response.writeHead(304).end();
    if (!isDocument(body, response)) return super.reply(response, body, status);
    const written = toWritten(body);
    const pieces = 'text' in written ? [written.text] : written.pieces;
    const bytes = 'text' in written ? (written.bytes ?? this.sizeOf(written.text)) : written.bytes;
    this.traffic?.admit(response, bytes);
    response.statusCode = status;
    if (typeof body !== 'string') response.setHeader('Content-Type', JSON_TYPE);
    response.setHeader('Content-Length', bytes);
    send(response, pieces, bytes);
    this.traffic?.recordSent(response, bytes);
    return undefined;
  }

  /** Requests that shared one large text are answered in the same turn: it is measured once for all of them. */
  private sizeOf(text: string): number {
    if (text.length < LARGE_BYTES) return Buffer.byteLength(text);
    if (this.measured?.text !== text) {
      this.measured = { text, bytes: Buffer.byteLength(text) };
      setImmediate(() => (this.measured = undefined));
    }
    return this.measured.bytes;
  }
}

function toWritten(body: object | string): WrittenJson {
  if (body instanceof JsonPieces) return body;
  return typeof body === 'string' ? { text: body } : writeSizedJson(body);
}

function send(response: Response, pieces: readonly (string | Buffer)[], bytes: number): void {
  const [first = ''] = pieces;
  // Node would take three times the memory of a large text's UTF-8.
  if (bytes <= PART_SIZE) response.end(bytes < LARGE_BYTES ? first : Buffer.from(first));
  else {
    // A pipeline adds several of its own to those of the request: they are more than the ten that Node takes for a leak.
    response.setMaxListeners(MAX_LISTENERS);
    pipeline(Readable.from(encodeInParts(pieces)), response, () => undefined);
  }
}

/**
 * Encodes a large text in parts, so that it does not block the event loop; the stream applies backpressure for slow
 * clients.
 */
async function* encodeInParts(pieces: readonly (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) {
    for (const part of utf8PartsOf(piece)) {
      yield part;
      await nextTurn();
    }
  }
}

/**
 * Express sets the prototype of every request and response. On Node 20 and 22, V8 then drops the hidden classes of
 * both, and all later property accesses are slow: it more than doubled the cost of a small request. Where Node
 * creates them with that prototype, Express's own call changes nothing. Node 24 does not mind the call, and creates
 * objects of its own classes faster than those of others: there this would make a small request a tenth more
 * expensive.
 * @returns a constructor for Node's server whose objects have this `prototype`, which itself inherits from the class.
 */
function withPrototype<Kind extends typeof IncomingMessage | typeof ServerResponse>(
  kind: Kind,
  prototype: object,
): Kind {
  // A class would not do: its `prototype` is read-only. `Reflect.construct` would, but its objects are as slow as
  // before.
  function construct(this: object, ...values: unknown[]): void {
    Reflect.apply(kind, this, values);
  }
  construct.prototype = prototype;
  return construct as unknown as Kind;
}

/** Whether an answer is an object to serialize as JSON, or a text whose type is set already. */
function isDocument(body: unknown, response: Response): body is object | string {
  if (typeof body === 'string') return response.hasHeader('Content-Type');
  if (typeof body !== 'object' || body === null) return false;
  return !(body instanceof StreamableFile) && !(body instanceof Error);
}
