import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { RequestStep } from '../middleware/request-steps.js';

/** Node takes 0 for "for ever". */
const AT_ONCE_MS = 1;
/** How long a request may go on coming, and an answer going out, once the service is asked to stop. */
const GRACE_MS = 1000;

/**
 * Ends connections once the service is asked to stop: each gets the answer to the request that it has sent, and is then
 * closed. What still comes or goes out after a second is cut off, so that no client that sends, reads or merely stays
 * keeps the service from stopping: nothing of a request that is cut off was done, and an answer that is cut off has
 * no end, by its length or its last chunk. A request that has arrived is always answered.
 */
@Injectable()
export class ConnectionDrain implements OnModuleInit, BeforeApplicationShutdown {
  private isStopping = false;
  private readonly connections = new Set<Socket>();

  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    this.server.on('connection', (socket: Socket) => {
      this.connections.add(socket);
      socket.once('close', () => this.connections.delete(socket));
    });
  }

  /** Request step: tells the client of a connection that it will be closed. */
  readonly announce: RequestStep = (_, response) => {
    if (this.isStopping) response.setHeader('Connection', 'close');
  };

  beforeApplicationShutdown(): void {
    const { server } = this;
    this.isStopping = true;
    // For the requests that came before and are answered from now on.
    server.keepAliveTimeout = AT_ONCE_MS;
    let waiting = this.waiting();
    const timer = setInterval(() => {
      const before = new Set(waiting);
      waiting = this.waiting();
      for (const socket of waiting) if (before.has(socket)) socket.destroy();
    }, GRACE_MS);
    server.once('close', () => {
      clearInterval(timer);
    });
  }

  /** Those that wait for the other side. */
  private waiting(): Socket[] {
    return [...this.connections].filter((socket) => !isWorkedFor(socket));
  }

  private get server(): Server {
    return this.host.httpAdapter.getHttpServer() as Server;
  }
}

/** Whether the answer to a request that has arrived is being made. Node keeps it without a public name. */
function isWorkedFor(socket: Socket): boolean {
  const { _httpMessage: response } = socket as Socket & { _httpMessage?: ServerResponse | null };
  return response ? response.req.complete && !response.headersSent : false;
}
