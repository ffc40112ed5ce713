import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Response } from 'express';

/** The status of a request whose connection speaks another protocol from then on. */
export const SWITCHING_PROTOCOLS = 101;

/** What a request to change the protocol of its connection brought with it. */
export interface Upgrade {
  readonly socket: Duplex;
  /** The first bytes of the other protocol. */
  readonly head: Buffer;
}

const pending = new WeakMap<IncomingMessage, Upgrade>();

/**
 * Sends requests to change the protocol through the same layers as all others: whatever refuses them answers as HTTP, and
 * their handler takes the connection by `takeUpgrade`.
 * @param isServed whether there is such a protocol at the address; other requests are answered as if they had not asked.
 */
export function routeUpgrades(server: Server, isServed: (request: IncomingMessage) => boolean): void {
  server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    const socket = duplex as Socket;
    // Node has taken its own listener away.
    socket.on('error', () => socket.destroy());
    if (!isServed(request)) {
      serveWithoutUpgrade(server, request, socket, head);
      return;
    }
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => socket.end());
    pending.set(request, { socket, head });
    server.emit('request', request, response);
  });
}

/**
 * The connection of a request to change the protocol, which is no longer one of HTTP: the answer counts as given.
 * @returns undefined for any other request.
 */
export function takeUpgrade(request: IncomingMessage, response: Response): Upgrade | undefined {
  const upgrade = pending.get(request);
  if (!upgrade) return undefined;
  pending.delete(request);
  response.statusCode = SWITCHING_PROTOCOLS;
  response.detachSocket(upgrade.socket as Socket);
  response.emit('close');
  return upgrade;
}

/** Whether an answer has gone out, or a connection was handed over. */
export function isAnswered({ writableFinished, statusCode }: ServerResponse): boolean {
  return writableFinished || statusCode === SWITCHING_PROTOCOLS;
}

/**
 * A server may ignore the wish (RFC 9110, section 7.8), as some clients expect who ask for HTTP/2 with every first request.
 * Node asks one listener for all of them, so the request is given back to it without the wish.
 */
function serveWithoutUpgrade(server: Server, request: IncomingMessage, socket: Socket, head: Buffer): void {
  socket.removeAllListeners('error');
  socket.unshift(Buffer.concat([headWithoutUpgrade(request), head]));
  server.emit('connection', socket);
}

function headWithoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method ?? ''} ${url ?? ''} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (!/^(?:upgrade|connection|http2-settings)$/i.test(name)) lines.push(`${name}: ${value}`);
  }
  // Latin-1 is how Node has read them.
  return Buffer.from([...lines, 'Connection: close', '', ''].join('\r\n'), 'latin1');
}
