import { randomUUID } from 'node:crypto';
import type { Request } from 'express';
import type { Server, Socket } from 'socket.io';
import { clientAddress } from '../../http/client-address.js';
import { Seats } from '../seats.js';
import { RateLimit } from '../../time/rate-limit.js';

/** What a client has with the server over either transport, whether it has joined a namespace or not. */
export type Session = Socket['conn'];

/** A session by polling holds no connection, so the limits of connections do not bound their number. */
const LIMITS = { of: 'sessions of Socket.IO', all: 200, ofEachClient: 50, retryAfterSeconds: 30 };
/** A client answers two pings a minute; one that tries credentials, or floods, is closed. */
const MAX_PACKETS_PER_MINUTE = 120;
/** A client that does not confirm the end of a WebSocket by then is cut off: until then what it did not read is kept. */
const CLOSE_TIMEOUT_MS = 1000;

/** Bounds the sessions of Socket.IO: how many there are, how many one address has, and how much each sends. */
export class Sessions {
  /** A client is an address. */
  private readonly seats = new Seats(LIMITS);
  private readonly packets = new RateLimit(MAX_PACKETS_PER_MINUTE);

  constructor(engine: Server['engine']) {
    engine.on('connection', (session: Session) => {
      this.add(session);
    });
  }

  /** @throws ProblemError `too_many_streams` for a request that begins a session where there is no room for it. */
  admit({ query, ip }: Request): void {
    const { sid } = query;
    // What is empty, or given twice, may begin a session as well.
    if (typeof sid !== 'string' || sid === '') this.seats.requireRoom(clientAddress(ip));
  }

  private add(session: Session): void {
    const leave = this.seats.take(clientAddress((session.request as Request).ip));
    session.once('close', () => {
      setTimeout(() => webSocketOf(session)?.terminate(), CLOSE_TIMEOUT_MS).unref();
      leave();
    });
    const name = randomUUID();
    session.on('packet', () => {
      if (this.packets.consume(name) > 0) session.close(true);
    });
  }
}

/** What waits for a client that does not read, or does not poll. What the system holds for its connection is not counted. */
export function pendingBytesOf(session: Session): number {
  const { writeBuffer } = session as unknown as {
    writeBuffer: readonly { readonly data?: string | Buffer }[];
  };
  return writeBuffer.reduce((sum, { data = '' }) => sum + data.length, 0);
}

/** Engine.IO declares no type for it; a session by polling has none. */
function webSocketOf({ transport }: Session): { terminate(): void } | undefined {
  return (transport as { socket?: { terminate(): void } }).socket;
}
