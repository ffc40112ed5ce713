import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

/**
 * Ends kept-alive connections once the service is asked to stop: each gets the answer to the request that it has
 * sent, and is then closed. Without it, a client that goes on sending would keep the service from stopping.
 */
@Injectable()
export class ConnectionDrain implements BeforeApplicationShutdown {
  private isStopping = false;

  /** Express middleware. */
  readonly middleware = (_: Request, response: Response, next: NextFunction): void => {
    if (this.isStopping) response.setHeader('Connection', 'close');
    next();
  };

  beforeApplicationShutdown(): void {
    this.isStopping = true;
  }
}
