import { Body, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { created, wrapPage, wrap } from '../http/endpoint/envelopes.js';
import { Conditional, ConditionalAnswers, type SerializedAnswer } from '../http/etags/conditional.js';
import { MAX_MEMORY_BODY_BYTES } from '../http/body/index.js';
import { BODY_PROBLEMS, Endpoint, READ_PROBLEMS } from '../http/endpoint/endpoint.js';
import { MemoryController } from '../http/endpoint/memory-controller.js';
import { INGESTERS, READERS } from '../auth/roles.js';
import { CreateSnapshotDto, SnapshotIdDto, SnapshotsQueryDto } from './dto/snapshot.request.js';
import { SnapshotAnswer, SnapshotListAnswer } from './dto/snapshot.response.js';
import { SNAPSHOTS_TOPIC } from './snapshot.topic.js';
import { SnapshotsTextService } from './snapshots.service.js';

@MemoryController('snapshots')
export class SnapshotsController {
  constructor(
    private readonly snapshots: SnapshotsTextService,
    private readonly answers: ConditionalAnswers,
  ) {}

  @Post()
  @Endpoint({
    body: MAX_MEMORY_BODY_BYTES,
    roles: INGESTERS,
    summary: 'Save the state of the cluster',
    description: 'Up to 16 MB. The answer means that it is on disk.',
    status: 201,
    answer: SnapshotAnswer,
    problems: BODY_PROBLEMS,
    location: true,
  })
  save(
    @Body() body: CreateSnapshotDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SnapshotAnswer> {
    return created(response, wrap('snapshot', this.snapshots.save(body)), (saved) => saved.snapshot.id);
  }

  @Get('latest')
  @Conditional()
  @Endpoint({
    roles: READERS,
    summary: 'Get the newest snapshot',
    answer: SnapshotAnswer,
    problems: [...READ_PROBLEMS, 'not_found', 'data_damaged'],
  })
  latest(
    @Res({ passthrough: true }) response: Response,
  ): Promise<SerializedAnswer<SnapshotAnswer> | undefined> {
    return this.answers.respond(response, SNAPSHOTS_TOPIC, () =>
      wrap('snapshot', this.snapshots.getLatestSnapshot()),
    );
  }

  @Get()
  @Conditional()
  @Endpoint({
    roles: READERS,
    takesQuery: true,
    summary: 'List snapshots, newest first',
    answer: SnapshotListAnswer,
    problems: [...READ_PROBLEMS, 'validation_failed', 'data_damaged'],
  })
  list(
    @Query() query: SnapshotsQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SerializedAnswer<SnapshotListAnswer> | undefined> {
    return this.answers.respond(response, SNAPSHOTS_TOPIC, () =>
      wrapPage('snapshots', this.snapshots.findSnapshots(query)),
    );
  }

  @Get(':id')
  @Conditional()
  @Endpoint({
    roles: READERS,
    summary: 'Get one snapshot',
    answer: SnapshotAnswer,
    problems: [...READ_PROBLEMS, 'validation_failed', 'not_found', 'gone', 'data_damaged'],
  })
  get(
    @Param() { id }: SnapshotIdDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SerializedAnswer<SnapshotAnswer> | undefined> {
    return this.answers.respond(response, SNAPSHOTS_TOPIC, () =>
      wrap('snapshot', this.snapshots.getSnapshot(id)),
    );
  }
}
