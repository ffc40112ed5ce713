import { Body, Get, Post, Query } from '@nestjs/common';
import { READERS } from '../auth/roles.js';
import { CallerSignal } from '../http/endpoint/caller-signal.js';
import { Endpoint, READ_BODY_PROBLEMS, READ_PROBLEMS } from '../http/endpoint/endpoint.js';
import { MemoryController } from '../http/endpoint/memory-controller.js';
import type { StoredText } from '../json/index.js';
import { ContextRequestDto } from './dto/context.request.js';
import { ContextAnswer } from './dto/context.response.js';
import { SearchQueryDto } from './dto/search.request.js';
import { SearchAnswer } from './dto/search.response.js';
import { RecallTextService, type SearchPage } from './recall.service.js';

@MemoryController('search')
export class SearchController {
  constructor(private readonly recall: RecallTextService) {}

  @Get()
  @Endpoint({
    roles: READERS,
    takesQuery: true,
    summary: 'Search everything that was said or happened, the best first',
    description:
      'Any text is a query: nothing in it is an operator but "quotes" around words that follow one another. A filter that a ' +
      'kind does not have leaves that kind out.',
    answer: SearchAnswer,
    problems: [...READ_PROBLEMS, 'validation_failed'],
  })
  search(
    @Query() query: SearchQueryDto,
    @CallerSignal() signal: AbortSignal,
  ): Promise<SearchPage<StoredText>> {
    return this.recall.search(query, signal);
  }
}

@MemoryController('context')
export class ContextController {
  constructor(private readonly recall: RecallTextService) {}

  @Post()
  @Endpoint({
    roles: READERS,
    summary: 'Make a text of what an assistant should know before it answers',
    description:
      'It never has more tokens than the budget, and each line names its source. The same memory gives the same text. What is ' +
      'quoted is data: it stands in a fence that it cannot close.',
    answer: ContextAnswer,
    problems: READ_BODY_PROBLEMS,
  })
  build(@Body() request: ContextRequestDto, @CallerSignal() signal: AbortSignal): Promise<ContextAnswer> {
    return this.recall.buildContext(request, signal);
  }
}
