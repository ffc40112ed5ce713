import { createMcpHandler } from '@modelcontextprotocol/server';
import { toWebRequest } from '@modelcontextprotocol/node';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Request, Response } from 'express';
import type { Caller } from '../auth/index.js';
import type { Role } from '../auth/roles.js';
import { MEMORY_ACCESS, type MemoryAccess } from './memory.js';
import { createMemoryServer } from './memory-server.js';
import { readMessage } from './message.js';

/** The body of the converted request: the message itself goes beside it, so that it is not written as text again. */
const NO_BODY = {};
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
    private readonly host: HttpAdapterHost,
  ) {
    this.handler = createMcpHandler(
      ({ authInfo }) => createMemoryServer(access, authInfo?.extra?.['role'] as Role),
      {
        // A stream would be open for as long as the client wants; the tools never change while the service runs.
        maxSubscriptions: 0,
        onerror: ({ message }) => {
          this.logger.debug(message);
        },
      },
    );
  }

  /** Every answer is complete when it is sent: there are no streams, which would hold up a stop of the service. */
  async answer(request: Request, response: Response, { name, role }: Caller): Promise<void> {
    const abort = new AbortController();
    const onClose = (): void => {
      abort.abort();
    };
    response.once('close', onClose);
    const message = await readMessage(request.body);
    const converted = await toWebRequest(request, NO_BODY, { signal: abort.signal });
    const authInfo = { token: '', clientId: name, scopes: [role], extra: { role } };
    const answer = await this.handler.fetch(converted, { authInfo, parsedBody: message });
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
