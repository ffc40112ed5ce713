import { Get, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { READERS } from '../../auth/roles.js';
import { Endpoint, READ_PROBLEMS } from '../../http/endpoint/endpoint.js';
import { MemoryController } from '../../http/endpoint/memory-controller.js';
import { ChangesQueryDto } from '../change.request.js';
import { ChangesAnswer } from './changes.response.js';
import { ChangesService } from './changes.service.js';

@MemoryController('changes')
export class ChangesController {
  constructor(private readonly changes: ChangesService) {}

  @Get()
  @Endpoint({
    roles: READERS,
    takesQuery: true,
    summary: 'Wait for what is committed',
    description:
      'The same as `/memory/stream`, as a long poll: for proxies that keep back what is not yet complete. Ask again with ' +
      '`after` set to the `next` of the answer. With `wait=0` and without `after` it says at once where the changes stand.',
    answer: ChangesAnswer,
    problems: [...READ_PROBLEMS, 'too_many_streams', 'validation_failed'],
  })
  poll(
    @Query() query: ChangesQueryDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ChangesAnswer> {
    return this.changes.poll(request, response, query);
  }
}
