import { applyDecorators, Get, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { Response } from 'express';
import { Endpoint, READ_PROBLEMS } from '../../http/endpoint/endpoint.js';
import { MemoryController } from '../../http/endpoint/memory-controller.js';
import { OPERATORS } from '../../auth/roles.js';
import { ExportQueryDto } from './export.query.js';
import { MEDIA_TYPE } from './format.js';
import { TransferService } from './transfer.service.js';

/** OpenAPI cannot describe the lines of a stream; docs/06-export-format.md does. */
function LinesAnswer(): MethodDecorator {
  const example =
    '{"format":"jarvis-memory-export","version":1,"exportedAt":"2026-11-22T20:15:00.123Z","kinds":["event"],"lastIds":{}}\n' +
    '{"end":true,"counts":{"event":0},"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}\n';
  return applyDecorators(
    ApiResponse({
      status: 200,
      description: 'One JSON object a line: a header, the rows, and an end that says whether all is there.',
      content: { [MEDIA_TYPE]: { schema: { type: 'string', example } } },
    }),
  );
}

@MemoryController('export')
export class TransferController {
  constructor(private readonly transfer: TransferService) {}

  @Get()
  @LinesAnswer()
  @Endpoint({
    takesQuery: true,
    summary: 'Export everything, or some kinds, or a span of time',
    description:
      'Newline-delimited JSON, as it was at the moment of the request, with ids and times. ' +
      '`jarvis-memory import` reads it back. Passwords, keys and tokens are not in it.',
    problems: [...READ_PROBLEMS, 'validation_failed', 'too_many_requests'],
    roles: OPERATORS,
  })
  export(
    @Query() query: ExportQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StreamableFile> {
    return this.transfer.export(query, response);
  }
}
