import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A connection on which bytes are sent as they are: for what is no HTTP, or comes in drops. */
export class RawSocket {
  /** All that came back so far. */
  received = '';
  /** Resolves when the other side has closed it, in whatever way. */
  readonly closed: Promise<void>;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => (this.received += chunk.toString()));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        resolve();
      });
    });
  }

  /** @param from the address to come from; any of 127.0.0.0/8. */
  static async open(url: string, from?: string): Promise<RawSocket> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), localAddress: from });
    const raw = new RawSocket(socket);
    await Promise.race([once(socket, 'connect'), raw.closed]);
    return raw;
  }

  get isOpen(): boolean {
    return !this.socket.destroyed;
  }

  send(bytes: string | Buffer): void {
    if (this.socket.writable) this.socket.write(bytes);
  }

  /** Sends one byte after another until the other side has enough. */
  async drip(bytes: string, everyMs: number): Promise<void> {
    for (const byte of bytes) {
      if (!this.isOpen) return;
      this.send(byte);
      await Promise.race([sleep(everyMs), this.closed]);
    }
  }

  /** Resolves once so much has come back that it matches, or the connection is closed. */
  async until(pattern: RegExp): Promise<void> {
    while (this.isOpen && !pattern.test(this.received)) await Promise.race([sleep(5), this.closed]);
  }

  /** Takes nothing of what comes until `resume`. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  close(): void {
    this.socket.destroy();
  }
}

export interface RawProblem {
  readonly status: number;
  readonly headers: string;
  readonly body: unknown;
}

/** The last answer in what came back on a connection. */
export function lastAnswer(received: string): RawProblem {
  const begin = received.lastIndexOf('HTTP/1.1 ');
  const [headers = '', text = ''] = received.slice(begin).split('\r\n\r\n');
  return { status: Number(headers.slice(9, 12)), headers, body: JSON.parse(text) as unknown };
}
