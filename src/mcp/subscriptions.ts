import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { beginEventStream } from '../http/endpoint/event-stream.js';
import { Audience } from '../live/index.js';

const CHECK_INTERVAL_MS = 15_000;
/** A pipeline adds several to those of the request: they are more than the ten that Node takes for a leak. */
const MAX_LISTENERS = 20;

/** The answers of `subscriptions/listen`, which go on for as long as the client listens. */
@Injectable()
export class Subscriptions {
  constructor(private readonly audience: Audience) {}

  /** Takes a seat among all who listen. @throws ProblemError `too_many_streams`, `database_unavailable`. */
  join(request: Request, response: Response): AbortSignal {
    return this.audience.join(request, response);
  }

  /** Hands on what the protocol says, until the client leaves, may no longer listen, does not read, or the service stops. */
  async handOn(request: Request, response: Response, body: ReadableStream): Promise<void> {
    response.setMaxListeners(MAX_LISTENERS);
    beginEventStream(response);
    const timer = setInterval(() => {
      // What it is told is short: a client that has not taken it does not read.
      if (response.writableNeedDrain) response.destroy();
      else this.audience.requireStillAllowed(request).catch(() => response.end());
    }, CHECK_INTERVAL_MS).unref();
    await pipeline(Readable.fromWeb(body), response).catch(() => undefined);
    clearInterval(timer);
  }
}
