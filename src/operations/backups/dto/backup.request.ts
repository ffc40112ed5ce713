import { BooleanField, TextField } from '../../../validation/index.js';

export class MakeBackupDto {
  @BooleanField({
    description: 'Whether it is compressed. Left out: as BACKUP_GZIP says.',
    example: true,
    optional: true,
  })
  gzip?: boolean;
}

export class BackupNameDto {
  @TextField({
    max: 100,
    description: 'The name of a backup, as the list has it.',
    example: 'jarvis-2026-11-22T20-15-00-123Z-manual.db.gz',
  })
  name!: string;
}
