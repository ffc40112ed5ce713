import { Body, Controller, Get, Param, Post, Res, type StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { wrap } from '../../http/endpoint/envelopes.js';
import { BODY_PROBLEMS, Endpoint, READ_PROBLEMS } from '../../http/endpoint/endpoint.js';
import { CurrentCaller, type Caller } from '../../auth/guard/caller.js';
import { OPERATORS } from '../../auth/roles.js';
import { BACKUP_MEDIA_TYPE, BackupsService } from './backups.service.js';
import { BackupNameDto, MakeBackupDto } from './dto/backup.request.js';
import { BackupMadeAnswer, BackupsAnswer } from './dto/backup.response.js';

@ApiTags('Backups')
@ApiBearerAuth()
@Controller('admin/backups')
export class BackupsController {
  constructor(private readonly backups: BackupsService) {}

  @Post()
  @ApiBody({ type: MakeBackupDto, required: false })
  @Endpoint({
    roles: OPERATORS,
    summary: 'Make a backup now',
    description:
      'Answers when it is finished, checked and on disk. Reading and writing go on meanwhile. One at a time. Its name says that it was made by hand: so many of those are kept as BACKUP_KEEP says, beside as many scheduled ones.',
    status: 201,
    answer: BackupMadeAnswer,
    problems: [...BODY_PROBLEMS, 'conflict'],
  })
  make(@Body() wanted: MakeBackupDto): Promise<BackupMadeAnswer> {
    return wrap('backup', this.backups.makeBackup(wanted));
  }

  @Get()
  @Endpoint({
    roles: OPERATORS,
    summary: 'List the backups, newest first',
    description: 'With how far the one is that is being made: ask again to follow it.',
    answer: BackupsAnswer,
    problems: [...READ_PROBLEMS, 'conflict'],
  })
  list(@CurrentCaller() caller: Caller): Promise<BackupsAnswer> {
    return this.backups.overview(caller);
  }

  @Get(':name')
  @ApiResponse({
    status: 200,
    description: 'The file, as it is in the backup folder.',
    content: { [BACKUP_MEDIA_TYPE]: { schema: { type: 'string', format: 'binary' } } },
  })
  @Endpoint({
    roles: OPERATORS,
    summary: 'Download a backup',
    description:
      'It holds everything, the hashes of passwords and keys too: keep it where only you can read it. With PostgreSQL it holds ' +
      'the secret that signs the tokens as well, and is for the owner alone: no API key gets it.',
    problems: [...READ_PROBLEMS, 'validation_failed', 'not_found', 'conflict'],
  })
  download(
    @Param() { name }: BackupNameDto,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StreamableFile> {
    return this.backups.sendBackup(name, caller, response);
  }
}
