import { Body, Controller, Delete, Get, Ip, Post, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { MAX_LOGIN_BODY_BYTES } from '../../http/body/index.js';
import { Endpoint, LOGIN_PROBLEMS, READ_PROBLEMS, WRITE_PROBLEMS } from '../../http/endpoint/endpoint.js';
import { CurrentCaller, type Caller } from '../guard/caller.js';
import { Public } from '../guard/public.decorator.js';
import { ROLES } from '../roles.js';
import { OwnPagesGuard } from './own-pages.guard.js';
import { withCookie, withoutCookie } from './browser-session.answer.js';
import {
  SESSION_EXAMPLES,
  BrowserSessionAnswer,
  StartBrowserSessionDto,
  toSession,
} from './browser-session.dto.js';
import { BrowserSessionService } from './browser-session.service.js';

@ApiTags('Login')
@Controller('auth/session')
export class BrowserSessionController {
  constructor(private readonly sessions: BrowserSessionService) {}

  @Public()
  @Post()
  @UseGuards(OwnPagesGuard)
  @ApiBody({ type: StartBrowserSessionDto, examples: SESSION_EXAMPLES })
  @Endpoint({
    body: MAX_LOGIN_BODY_BYTES,
    summary: 'Log a browser in, with the password or an API key',
    description:
      'The credential stays in the cookie `jarvis_session_4000`, with the port of the address, which no script of a page ' +
      'can read. It counts where a request has no other credential; for what changes something, only from pages of this service. Five tries a minute.',
    answer: BrowserSessionAnswer,
    problems: [...READ_PROBLEMS, ...LOGIN_PROBLEMS, 'forbidden'],
  })
  start(
    @Body() body: StartBrowserSessionDto,
    @Ip() address: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<BrowserSessionAnswer> {
    return withCookie(response, this.sessions.start(body, address));
  }

  @Get()
  @Endpoint({
    roles: ROLES,
    summary: 'Tell whose credential a request carries',
    description: 'By cookie or by header.',
    answer: BrowserSessionAnswer,
    problems: READ_PROBLEMS,
  })
  current(@CurrentCaller() caller: Caller): BrowserSessionAnswer {
    return { session: toSession(caller) };
  }

  @Delete()
  @Endpoint({
    roles: ROLES,
    summary: 'Log a browser out',
    description: 'Revokes the token, and removes the cookie. An API key goes on; it is deleted.',
    status: 204,
    problems: WRITE_PROBLEMS,
  })
  end(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) response: Response): Promise<void> {
    return withoutCookie(response, this.sessions.end(caller));
  }
}
