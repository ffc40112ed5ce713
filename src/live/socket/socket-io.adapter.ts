import { createServer } from 'node:http';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';

/** Where the clients of Socket.IO expect it, unless they are told otherwise. */
export const SOCKET_PATH = '/socket.io';

/** Clients send their credential and answers to pings, and nothing else. */
const MAX_PACKET_BYTES = 16_384;
/** A session that has named no namespace with a valid credential by then is closed. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Socket.IO without a server of its own: Express hands the requests to it, after the layers that all requests go through.
 * The Nest adapter needs a server to attach it to; this one never listens.
 */
export class SocketIoAdapter extends IoAdapter {
  constructor() {
    super(createServer());
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const server = super.createIOServer(port, {
      ...options,
      path: SOCKET_PATH,
      serveClient: false,
      maxHttpBufferSize: MAX_PACKET_BYTES,
      connectTimeout: CONNECT_TIMEOUT_MS,
      httpCompression: false,
    } as ServerOptions);
    // The default namespace is always there.
    server.use((_, next) => {
      next(new Error('Invalid namespace'));
    });
    return server;
  }
}
