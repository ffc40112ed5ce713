import { BooleanField } from '../../../validation/index.js';

export class MakeBackupDto {
  @BooleanField({
    description: 'Whether it is compressed. Left out: as BACKUP_GZIP says.',
    example: true,
    optional: true,
  })
  gzip?: boolean;
}
