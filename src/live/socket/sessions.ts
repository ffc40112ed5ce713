import { randomUUID } from 'node:crypto';
import type { Request } from 'express';
import type { Server, Socket } from 'socket.io';
import { clientAddress } from '../../http/client-address.js';
import { ProblemError } from '../../problems/problem.error.js';
import { RateLimit } from '../../time/rate-limit.js';

/** What a client has with the server over either transport, whether it has joined a namespace or not. */
export type Session = Socket['conn'];

/** A session by polling holds no connection, so the limits of connections do not bound their number. */
const MAX_SESSIONS = 200;
const MAX_SESSIONS_PER_ADDRESS = 50;
const RETRY_SECONDS = 30;
/** A client answers two pings a minute; one that tries credentials, or floods, is closed. */
const MAX_PACKETS_PER_MINUTE = 120;
/** A client that does not confirm the end of a WebSocket by then is cut off: until then what it did not read is kept. */
const CLOSE_TIMEOUT_MS = 1000;

/** Bounds the sessions of Socket.IO: how many there are, how many one address has, and how much each sends. */
export class Sessions {
  private readonly byAddress = new Map<string, number>();
  private readonly packets = new RateLimit(MAX_PACKETS_PER_MINUTE);

  constructor(private readonly engine: Server['engine']) {
    engine.on('connection', (session: Session) => {
      this.add(session);
    });
  }

  get count(): number {
    return this.engine.clientsCount;
  }

  /** @throws ProblemError `too_many_streams` for a request that begins a session where there is no room for it. */
  admit({ query, ip }: Request): void {
    const { sid } = query;
    // What is empty, or given twice, may begin a session as well.
    if (typeof sid === 'string' && sid !== '') return;
    if (this.count >= MAX_SESSIONS) throw full(`There are ${MAX_SESSIONS} sessions of Socket.IO.`);
    if ((this.byAddress.get(clientAddress(ip)) ?? 0) < MAX_SESSIONS_PER_ADDRESS) return;
    throw full(`Your address has ${MAX_SESSIONS_PER_ADDRESS} sessions of Socket.IO.`);
  }

  private add(session: Session): void {
    const address = clientAddress((session.request as Request).ip);
    this.byAddress.set(address, (this.byAddress.get(address) ?? 0) + 1);
    session.once('close', () => {
      setTimeout(() => webSocketOf(session)?.terminate(), CLOSE_TIMEOUT_MS).unref();
      const left = (this.byAddress.get(address) ?? 1) - 1;
      if (left === 0) this.byAddress.delete(address);
      else this.byAddress.set(address, left);
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

function full(detail: string): ProblemError {
  return new ProblemError('too_many_streams', detail, { retryAfterSeconds: RETRY_SECONDS });
}
