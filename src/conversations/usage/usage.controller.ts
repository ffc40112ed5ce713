import { Get, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { READERS } from '../../auth/roles.js';
import { Endpoint, READ_PROBLEMS } from '../../http/endpoint/endpoint.js';
import { MemoryController } from '../../http/endpoint/memory-controller.js';
import { Conditional, ConditionalAnswers, type SerializedAnswer } from '../../http/etags/conditional.js';
import { CONVERSATIONS_TOPIC } from '../conversations.service.js';
import { UsageQueryDto } from './dto/usage.request.js';
import { UsageAnswer } from './dto/usage.response.js';
import { UsageService } from './usage.service.js';
import { windowOf } from './window.js';

@MemoryController('usage')
export class UsageController {
  constructor(
    private readonly usage: UsageService,
    private readonly answers: ConditionalAnswers,
  ) {}

  @Get()
  @Conditional()
  @Endpoint({
    roles: READERS,
    takesQuery: true,
    summary: 'Messages, tokens and cost by day, model or session',
    description:
      'Without `since` and `until`: the last 30 days, today included. The window consists of whole quarters of an hour, and ' +
      'is part of the answer. By day at most 1830 days are listed, each of them; the first and the last may be cut by the window.',
    answer: UsageAnswer,
    problems: [...READ_PROBLEMS, 'validation_failed'],
  })
  list(
    @Query() query: UsageQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SerializedAnswer<UsageAnswer> | undefined> {
    return this.answers.respond(
      response,
      CONVERSATIONS_TOPIC,
      (signal) => this.usage.getUsage(query, signal),
      windowOf(query).until,
    );
  }
}
