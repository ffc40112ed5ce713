import { once } from 'node:events';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { expect } from '@jest/globals';
import type { DashboardEvent } from '../../src/live/socket/dashboard-event.js';
import { RawSocket } from '../factories/raw-socket.js';
import type { TestService } from './service.js';

export const TRANSPORTS = ['polling', 'websocket'] as const;

export const HANDSHAKE = '/socket.io/?EIO=4&transport=polling';
/** The head of a request for a WebSocket, without its end. */
export const UPGRADE = [
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
  'Host: jarvis',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

type Options = Partial<ManagerOptions & SocketOptions>;

/** The client of the first dashboard, which did nothing yet; `withdraw` ends all that a test has made. */
export class Dashboards {
  private readonly all: Socket[] = [];

  make({ url }: Pick<TestService, 'url'>, namespace: string, options: Options): Socket {
    const socket = io(url + namespace, { forceNew: true, reconnection: false, ...options });
    this.all.push(socket);
    return socket;
  }

  /** One that has joined `/events`. */
  async join(service: Pick<TestService, 'url' | 'token'>, options: Options = {}): Promise<Socket> {
    const socket = this.make(service, '/events', { auth: { token: service.token }, ...options });
    expect(await outcomeOf(socket)).toBe('connected');
    return socket;
  }

  withdraw(): void {
    for (const socket of this.all.splice(0)) socket.disconnect();
  }
}

type Lazy = (service: Pick<TestService, 'url' | 'token'>) => Promise<() => void>;

/** Clients that join `/events` and then take nothing of what comes; what is returned ends them. */
export const LAZY: Readonly<Record<(typeof TRANSPORTS)[number], Lazy>> = {
  polling: async ({ url, token }) => {
    const session = (await (await fetch(url + HANDSHAKE)).text()).slice(1);
    const address = `${url}${HANDSHAKE}&sid=${(JSON.parse(session) as { sid: string }).sid}`;
    const body = `40/events,${JSON.stringify({ token })}`;
    expect((await fetch(address, { method: 'POST', body })).status).toBe(200);
    expect(await (await fetch(address)).text()).toMatch(/^40\/events,\{"sid"/);
    return () => undefined;
  },
  websocket: async ({ url, token }) => {
    const socket = await RawSocket.open(url);
    socket.send([...UPGRADE, '', ''].join('\r\n'));
    await socket.until(/101 Switching Protocols[\s\S]*"sid"/);
    const packet = Buffer.from(`40/events,${JSON.stringify({ token })}`);
    // A text, masked with zeros, of a length that takes two bytes.
    const head = Buffer.from([0x81, 0x80 | 126, packet.length >> 8, packet.length & 255, 0, 0, 0, 0]);
    socket.send(Buffer.concat([head, packet]));
    await socket.until(/40\/events,\{"sid"/);
    socket.pause();
    return () => {
      socket.close();
    };
  },
};

/** What a client is told: `connected`, or the message of the error. */
export function outcomeOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('connect', () => {
      resolve('connected');
    });
    socket.once('connect_error', ({ message }) => {
      resolve(message);
    });
  });
}

/** Why the connection of a client ended. */
export async function endOf(socket: Socket): Promise<string> {
  const [reason] = (await once(socket as never, 'disconnect')) as [string];
  return reason;
}

/** All events that a client hears from now on. */
export function heardBy(socket: Socket): DashboardEvent[] {
  const heard: DashboardEvent[] = [];
  socket.on('event', (event: DashboardEvent) => heard.push(event));
  return heard;
}
