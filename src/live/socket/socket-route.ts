import type { Server } from 'node:http';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Application, Request, Response } from 'express';
import { ENVIRONMENT, type Environment } from '../../config/index.js';
import { routeUpgrades, takeUpgrade } from '../../http/adapter/upgrades.js';
import { isOwnOrigin } from '../../http/page-origin.js';
import { ProblemError } from '../../problems/problem.error.js';
import { EventsGateway } from './events.gateway.js';
import { Sessions } from './sessions.js';
import { SOCKET_PATH } from './socket-io.adapter.js';

/** The one route of Socket.IO, for polling and for WebSocket. */
@Injectable()
export class SocketRoute implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly gateway: EventsGateway,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  /** After the routes of the controllers, which so need not be compared with this one. */
  onModuleInit(): void {
    const { engine } = this.gateway.server;
    const sessions = new Sessions(engine);
    const serve = (request: Request, response: Response): void => {
      this.requireOrigin(request);
      sessions.admit(request);
      const upgrade = takeUpgrade(request, response);
      if (upgrade) engine.handleUpgrade(request, upgrade.socket, upgrade.head);
      else engine.handleRequest(request, response);
    };
    const { httpAdapter } = this.host;
    httpAdapter.getInstance<Application>().route(SOCKET_PATH).get(serve).post(serve).all(refuse);
    routeUpgrades(
      httpAdapter.getHttpServer() as Server,
      ({ url, headers }) => isSocket(url) && isWebSocket(headers),
    );
  }

  /** Browsers ask no CORS questions about a WebSocket, but name the page that opens it. */
  private requireOrigin(request: Request): void {
    const { origin } = request.headers;
    if (origin === undefined || this.environment.CORS_ORIGINS.includes(origin)) return;
    if (isOwnOrigin(origin, request)) return;
    throw new ProblemError(
      'forbidden',
      'Pages of this origin may not listen: CORS_ORIGINS names those that may.',
    );
  }
}

function refuse(): never {
  throw new ProblemError('not_found', 'Socket.IO is asked by GET and POST.');
}

function isSocket(url = ''): boolean {
  return /^\/socket\.io\/?(?:\?|$)/.test(url);
}

function isWebSocket({ upgrade = '' }: Request['headers']): boolean {
  return upgrade.toLowerCase() === 'websocket';
}
