import { createMcpHandler } from '@modelcontextprotocol/server';
import { toWebRequest } from '@modelcontextprotocol/node';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Request, Response } from 'express';
import type { Caller } from '../auth/index.js';
import type { Role } from '../auth/roles.js';
import { ChangeBus } from './change-bus.js';
import { MEMORY_ACCESS, type MemoryAccess } from './memory.js';
import { createMemoryServer } from './memory-server.js';
import { readMessage } from './message.js';
import { Subscriptions } from './subscriptions.js';

/** The body of the converted request: the message itself goes beside it, so that it is not written as text again. */
const NO_BODY = {};
const STREAM_TYPE = 'text/event-stream';
/** The headers of an answer that the service does not set by itself. */
const TAKEN_HEADERS = ['content-type', 'allow'] as const;

/**
 * Answers requests of the Model Context Protocol, of its era with a handshake (up to 2025-11-25) and of the one without
 * (2026-07-28). Nothing is kept between two requests, so that any instance may answer any of them.
 */
@Injectable()
export class McpHandler implements OnApplicationShutdown {
  private readonly logger = new Logger('MCP');
  private readonly handler;

  constructor(
    @Inject(MEMORY_ACCESS) access: MemoryAccess,
    bus: ChangeBus,
    private readonly subscriptions: Subscriptions,
    private readonly host: HttpAdapterHost,
  ) {
    this.handler = createMcpHandler(
      // A client of the older era would be told on a stream of a session, and there are no sessions.
      ({ authInfo, era }) => createMemoryServer(access, authInfo?.extra?.['role'] as Role, era === 'modern'),
      {
        bus,
        onerror: ({ message }) => {
          this.logger.debug(message);
        },
      },
    );
  }

  /** Every answer is complete when it is sent, but that of a client that listens. */
  async answer(request: Request, response: Response, { name, role }: Caller): Promise<void> {
    const abort = new AbortController();
    const onClose = (): void => {
      abort.abort();
    };
    response.once('close', onClose);
    const message = await readMessage(request.body);
    const listening = isListening(message) ? this.subscriptions.join(request, response) : undefined;
    const converted = await toWebRequest(request, NO_BODY, { signal: listening ?? abort.signal });
    const authInfo = { token: '', clientId: name, scopes: [role], extra: { role } };
    const answer = await this.handler.fetch(converted, { authInfo, parsedBody: message });
    if (listening && answer.body && answer.headers.get('content-type') === STREAM_TYPE) {
      await this.subscriptions.handOn(request, response, answer.body);
      return;
    }
    const text = await answer.text();
    response.off('close', onClose);
    for (const header of TAKEN_HEADERS) {
      const value = answer.headers.get(header);
      if (value !== null) response.setHeader(header, value);
    }
    this.host.httpAdapter.reply(response, text === '' ? undefined : text, answer.status);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.handler.close();
  }
}

function isListening(message: unknown): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    'method' in message &&
    message.method === 'subscriptions/listen'
  );
}
