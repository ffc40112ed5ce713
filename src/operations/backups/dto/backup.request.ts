import { SwitchField } from '../../../validation/index.js';

export class MakeBackupDto {
  @SwitchField({
    description: 'Whether it is compressed. Left out: as BACKUP_GZIP says.',
    example: true,
    optional: true,
  })
  gzip?: boolean;
}
