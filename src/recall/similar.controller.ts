import { Get, Param } from '@nestjs/common';
import { READERS } from '../auth/roles.js';
import { EventIdDto, SimilarAnswer } from '../events/index.js';
import { Endpoint, READ_PROBLEMS } from '../http/endpoint/endpoint.js';
import { wrap } from '../http/endpoint/envelopes.js';
import { MemoryController } from '../http/endpoint/memory-controller.js';
import { RecallTextService } from './recall.service.js';

@MemoryController('events')
export class SimilarController {
  constructor(private readonly recall: RecallTextService) {}

  @Get(':id/similar')
  @Endpoint({
    roles: READERS,
    summary: 'Whether something was seen before, and what helped',
    description:
      'Events of one pattern have the same source, type and node, and their summaries differ by numbers, addresses, hashes ' +
      'and names of hosts only.',
    answer: SimilarAnswer,
    problems: [...READ_PROBLEMS, 'validation_failed', 'not_found'],
  })
  getSimilar(@Param() { id }: EventIdDto): Promise<SimilarAnswer> {
    return wrap('similar', this.recall.findSimilar(id), 'event');
  }
}
