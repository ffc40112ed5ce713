import { once } from 'node:events';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { expect } from '@jest/globals';
import type { DashboardEvent } from '../../src/live/socket/dashboard-event.js';
import type { TestService } from './service.js';

export const TRANSPORTS = ['polling', 'websocket'] as const;

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
