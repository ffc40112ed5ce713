import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { RequestStep } from '../middleware/request-steps.js';

/** Node takes 0 as "no timeout". */
const IMMEDIATE_TIMEOUT_MS = 1;
/** How long a request may keep arriving, and an answer keep being sent, once the service is stopping. */
const GRACE_PERIOD_MS = 1000;

/**
 * Drains connections when the service stops: each gets the answer to the request that it has sent, and is then
 * closed. After a grace period of a second, what still arrives or is being sent is cut off, so that no slow or idle
 * client keeps the service from stopping: a request that is cut off was not executed, and an answer that is cut off
 * is recognizably incomplete, by its length or its missing last chunk. A request that has arrived is always answered.
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
    // For requests that arrived before and are answered from now on.
    server.keepAliveTimeout = IMMEDIATE_TIMEOUT_MS;
    let idle = this.socketsAwaitingClient();
    const timer = setInterval(() => {
      const before = new Set(idle);
      idle = this.socketsAwaitingClient();
      for (const socket of idle) if (before.has(socket)) socket.destroy();
    }, GRACE_PERIOD_MS);
    server.once('close', () => {
      clearInterval(timer);
    });
  }

  /** The connections on which the service waits for the client. */
  private socketsAwaitingClient(): Socket[] {
    return [...this.connections].filter((socket) => !isProcessing(socket));
  }

  private get server(): Server {
    return this.host.httpAdapter.getHttpServer() as Server;
  }
}

/** Whether a complete request is being processed. Node keeps the response on the socket under a private name. */
function isProcessing(socket: Socket): boolean {
  const { _httpMessage: response } = socket as Socket & { _httpMessage?: ServerResponse | null };
  return response ? response.req.complete && !response.headersSent : false;
}
