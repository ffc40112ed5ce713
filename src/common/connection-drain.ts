import type { Server } from 'node:http';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';

/** Node takes 0 for "for ever". */
const AT_ONCE_MS = 1;

/**
 * Ends kept-alive connections once the service is asked to stop: each gets the answer to the request that it has
 * sent, and is then closed. Without it, a client that goes on sending, or merely stays, would keep the service from
 * stopping.
 */
@Injectable()
export class ConnectionDrain implements BeforeApplicationShutdown {
  private isStopping = false;

  constructor(private readonly host: HttpAdapterHost) {}

  /** Express middleware. */
  readonly middleware = (_: Request, response: Response, next: NextFunction): void => {
    if (this.isStopping) response.setHeader('Connection', 'close');
    next();
  };

  beforeApplicationShutdown(): void {
    this.isStopping = true;
    // For the requests that came before and are answered from now on.
    const server = this.host.httpAdapter.getHttpServer() as Server;
    server.keepAliveTimeout = AT_ONCE_MS;
  }
}
