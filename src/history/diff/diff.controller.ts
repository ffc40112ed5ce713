import { Get, Query } from '@nestjs/common';
import { READERS } from '../../auth/roles.js';
import { CallerSignal } from '../../http/endpoint/caller-signal.js';
import { Endpoint, READ_PROBLEMS } from '../../http/endpoint/endpoint.js';
import { MemoryController } from '../../http/endpoint/memory-controller.js';
import { AtQueryDto, DiffQueryDto } from './dto/diff.request.js';
import { AtAnswer, DiffAnswer } from './dto/diff.response.js';
import { SnapshotHistoryText } from './snapshot-history.service.js';

@MemoryController('snapshots')
export class SnapshotHistoryController {
  constructor(private readonly history: SnapshotHistoryText) {}

  @Get('at')
  @Endpoint({
    roles: READERS,
    takesQuery: true,
    summary: 'Get the snapshot that was in force at a moment',
    description:
      'The latest that is not after it. Before the first snapshot the answer is 404, with the earliest known time.',
    answer: AtAnswer,
    problems: [...READ_PROBLEMS, 'validation_failed', 'not_found'],
  })
  at(@Query() { time }: AtQueryDto): Promise<AtAnswer> {
    return this.history.at(time);
  }

  @Get('diff')
  @Endpoint({
    roles: READERS,
    takesQuery: true,
    summary: 'What changed from one snapshot to another',
    description:
      'Things are matched by what identifies them (`id`, `vmid`, `node`, `name`, `upid`), whatever their places. Where a ' +
      'state is none of a Proxmox cluster, the summary names the members that changed.',
    answer: DiffAnswer,
    problems: [...READ_PROBLEMS, 'validation_failed', 'not_found', 'gone'],
  })
  diff(@Query() query: DiffQueryDto, @CallerSignal() signal: AbortSignal): Promise<DiffAnswer> {
    return this.history.diff(query, signal);
  }
}
