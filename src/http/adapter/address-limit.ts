import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { clientAddress } from '../client-address.js';
import { throttle } from '../../time/throttle.js';

/**
 * Closes a connection at once where its address has so many already, so that one host cannot use up all that there
 * may be. An IPv6 address counts as its network, as with the limit on requests.
 * @param most 0 for any number.
 * @param isProxy for addresses from which the connections of many clients come.
 */
export function limitAddresses(server: Server, most: number, isProxy: (address: string) => boolean): void {
  if (most === 0) return;
  const logger = new Logger('HTTP');
  const warn = throttle((client: string) => {
    logger.warn(
      `More than ${most} connections of ${client} (MAX_CONNECTIONS_PER_ADDRESS): new ones are closed.`,
    );
  });
  const held = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const { remoteAddress: address } = socket;
    if (address === undefined || isProxy(address)) return;
    const client = clientAddress(address);
    const count = held.get(client) ?? 0;
    if (count >= most) {
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
