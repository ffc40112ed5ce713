import { Body, Controller, Get, Post, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiTags } from '@nestjs/swagger';
import { OPERATORS } from '../auth/roles.js';
import { BODY_PROBLEMS, Endpoint, READ_BODY_PROBLEMS, READ_PROBLEMS } from '../http/endpoint/endpoint.js';
import { wrap } from '../http/endpoint/envelopes.js';
import { RetentionRulesDto, SetRetentionDto } from './dto/retention.request.js';
import { RetentionAnswer, RetentionPreviewAnswer } from './dto/retention.response.js';
import { StorageAnswer } from './dto/storage.response.js';
import { RetentionService } from './retention.service.js';
import { StorageService } from './storage/storage.service.js';

@ApiTags('Retention')
@ApiBearerAuth()
@Controller('admin')
export class RetentionController {
  constructor(
    private readonly retention: RetentionService,
    private readonly storage: StorageService,
  ) {}

  @Get('retention')
  @Endpoint({
    roles: OPERATORS,
    summary: 'Get the rules by which memory is forgotten',
    description: 'Without rules nothing is ever forgotten.',
    answer: RetentionAnswer,
    problems: READ_PROBLEMS,
  })
  get(): Promise<RetentionAnswer> {
    return wrap('retention', this.retention.getRetention());
  }

  @Put('retention')
  @Endpoint({
    roles: OPERATORS,
    summary: 'Set the rules by which memory is forgotten',
    description:
      'In place of those that were set before; a part that is left out holds as the environment says. What removes more than half of a class needs `confirm`. Nothing is forgotten before the next run.',
    answer: RetentionAnswer,
    problems: [...BODY_PROBLEMS, 'conflict'],
  })
  set(@Body() wanted: SetRetentionDto): Promise<RetentionAnswer> {
    return wrap('retention', this.retention.setRetention(wanted));
  }

  @Post('retention/preview')
  @ApiBody({ type: RetentionRulesDto, required: false })
  @Endpoint({
    roles: OPERATORS,
    summary: 'Say what rules would forget now',
    description: 'Those of the body; without one, those that hold. Nothing is changed.',
    answer: RetentionPreviewAnswer,
    problems: READ_BODY_PROBLEMS,
  })
  preview(@Body() wanted: RetentionRulesDto): Promise<RetentionPreviewAnswer> {
    return wrap('preview', this.retention.preview(wanted));
  }

  @Get('storage')
  @Endpoint({
    roles: OPERATORS,
    summary: 'Say what the memory takes, and when something is full',
    answer: StorageAnswer,
    problems: READ_PROBLEMS,
  })
  getStorage(): Promise<StorageAnswer> {
    return wrap('storage', this.storage.getStorage());
  }
}
