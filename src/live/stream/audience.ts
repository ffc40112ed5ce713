import { Injectable, Optional, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Authenticator, requireRole } from '../../auth/index.js';
import { READERS } from '../../auth/roles.js';
import { clientAddress } from '../../http/client-address.js';
import { clientKeyOf } from '../../http/client-key.js';
import { Database } from '../../database/index.js';
import { ProblemError } from '../../problems/problem.error.js';
import { Listeners } from '../listeners.js';
import { isPassing } from '../passing.js';
import { Seats } from '../seats.js';

/** A client is an address with a credential. */
const LIMITS = { of: 'streams and long polls', all: 200, ofEachClient: 20, retryAfterSeconds: 10 };

/** Those whose requests stay open until something changes. */
@Injectable()
export class Audience implements BeforeApplicationShutdown {
  readonly seats = new Seats(LIMITS);
  private readonly listeners = new Listeners();

  constructor(
    private readonly database: Database,
    /** In an outside application its own guards decide, once. */
    @Optional() private readonly authenticator?: Authenticator,
  ) {}

  /**
   * Takes a seat for a request until its connection is closed or its answer is sent.
   * @returns says that nobody listens any more, or that the service stops.
   * @throws ProblemError `too_many_streams`, `database_unavailable`.
   */
  join(request: Request, response: Response): AbortSignal {
    this.database.assertOpen();
    const client = `${clientKeyOf(request)} ${clientAddress(request.ip)}`;
    this.seats.requireRoom(client);
    const leave = this.seats.take(client);
    const listener = this.listeners.add();
    const { socket } = request;
    const onClose = (): void => {
      // An answer that waits for an earlier one on its connection does not hear that it is closed.
      socket.off('close', onClose);
      response.off('close', onClose);
      leave();
      listener.abort();
    };
    socket.once('close', onClose);
    response.once('close', onClose);
    if (socket.destroyed) onClose();
    return listener.signal;
  }

  /** @throws ProblemError `unauthorized` or `forbidden` where the credential would not be let in now. */
  async requireStillAllowed(request: Request): Promise<void> {
    try {
      if (this.authenticator) requireRole(await this.authenticator.callerNow(request), READERS);
    } catch (error) {
      if (!(error instanceof ProblemError && isPassing(error.code))) throw error;
    }
  }

  beforeApplicationShutdown(): void {
    this.listeners.end();
  }
}
