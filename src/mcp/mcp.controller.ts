import { All, Controller, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CurrentCaller, type Caller } from '../auth/index.js';
import { ROLES } from '../auth/roles.js';
import { Endpoint } from '../http/endpoint/endpoint.js';
import { McpHandler } from './mcp.handler.js';
import { MAX_MESSAGE_BYTES } from './message.js';
import { OriginGuard } from './origin.guard.js';

/** Not in the OpenAPI document: the protocol describes its tools itself. */
@ApiExcludeController()
@Controller('mcp')
export class McpController {
  constructor(private readonly handler: McpHandler) {}

  @All()
  @UseGuards(OriginGuard)
  @Endpoint({ summary: 'Use the memory as tools (MCP)', roles: ROLES, body: MAX_MESSAGE_BYTES })
  answer(@Req() request: Request, @Res() response: Response, @CurrentCaller() caller: Caller): Promise<void> {
    return this.handler.answer(request, response, caller);
  }
}
