import { Get, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { READERS } from '../../auth/roles.js';
import { Endpoint, READ_PROBLEMS } from '../../http/endpoint/endpoint.js';
import { MemoryController } from '../../http/endpoint/memory-controller.js';
import { StreamQueryDto } from '../change.request.js';
import { Streams } from './streams.js';

const EXAMPLE = `id: 5f2a0c1be8d94c6fa3b07d1e9c42a860.1207.1
event: event.saved
data: {"id":12,"timestamp":"2026-11-22T20:15:00.123Z","type":"alert",…}

`;

@MemoryController('stream', 'changes')
export class StreamController {
  constructor(private readonly streams: Streams) {}

  @Get()
  @ApiHeader({
    name: 'Last-Event-ID',
    description:
      'The id of the last change that was received, as an `EventSource` sends it; goes before `after`.',
    required: false,
  })
  @ApiResponse({
    status: 200,
    description: 'Server-sent events, without end.',
    content: { 'text/event-stream': { schema: { type: 'string' }, example: EXAMPLE } },
  })
  @Endpoint({
    roles: READERS,
    takesQuery: true,
    summary: 'Follow what is committed, as it happens',
    description:
      'Server-sent events: `event` is one of `event.saved`, `event.resolved`, `message.saved`, `session.deleted`, ' +
      '`snapshot.saved`, `preference.changed`, `preference.deleted`, `memory.forgotten`; `data` is the row as it is now, or ' +
      '`{ id, gone: true }`. Who comes back with the last `id` has missed nothing, and gets nothing twice. ' +
      '`resync` says that other things may have changed as well: read anew what you show, and go on listening.',
    problems: [...READ_PROBLEMS, 'too_many_streams', 'validation_failed'],
  })
  follow(@Query() query: StreamQueryDto, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.streams.begin(request, response, query);
  }
}
