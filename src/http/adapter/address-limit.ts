import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { clientAddress } from '../client-address.js';
import { throttle } from '../../time/throttle.js';

/**
 * Closes a new connection where its address already has the maximum, so that one host cannot use up all connections.
 * IPv6 addresses count by network, as for the rate limit.
 * @param max 0 for no limit.
 * @param isProxy exempts addresses of proxies, from which the connections of many clients come.
 */
export function limitConnectionsPerAddress(
  server: Server,
  max: number,
  isProxy: (address: string) => boolean,
): void {
  if (max === 0) return;
  const logger = new Logger('HTTP');
  const warn = throttle((client: string) => {
    logger.warn(
      `More than ${max} connections of ${client} (MAX_CONNECTIONS_PER_ADDRESS): new ones are closed.`,
    );
  });
  const held = new Map<string, number>();
  // Where a connection is given back to the server, it comes twice.
  const known = new WeakSet<Socket>();
  server.on('connection', (socket: Socket) => {
    const { remoteAddress: address } = socket;
    if (known.has(socket) || address === undefined || isProxy(address)) return;
    known.add(socket);
    const client = clientAddress(address);
    const count = held.get(client) ?? 0;
    if (count >= max) {
      warn(client);
      socket.destroy();
      return;
    }
    held.set(client, count + 1);
    socket.once('close', () => {
      const left = (held.get(client) ?? 1) - 1;
      if (left === 0) held.delete(client);
      else held.set(client, left);
    });
  });
}
