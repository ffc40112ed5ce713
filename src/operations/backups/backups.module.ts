import { Module } from '@nestjs/common';
import { BackupHealth } from './backup-health.js';
import { BackupSchedule } from './backup-schedule.js';
import { BackupTurns } from './backup-turns.js';
import { BackupsController } from './backups.controller.js';
import { BackupsService } from './backups.service.js';

@Module({
  controllers: [BackupsController],
  providers: [BackupsService, BackupTurns, BackupSchedule, BackupHealth],
  exports: [BackupsService],
})
export class BackupsModule {}
