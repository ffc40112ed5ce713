import { TimestampField, ChoicesQueryField } from '../../validation/index.js';
import { KINDS, type Kind } from '../../database/index.js';

/** Selects what to export. Default: everything. */
export class ExportQueryDto {
  @ChoicesQueryField({ values: KINDS, description: 'Only these kinds; may repeat.' })
  kind?: readonly Kind[];

  @TimestampField({ description: 'From this moment on (inclusive).', optional: true })
  since?: string;

  @TimestampField({ description: 'Up to this moment (exclusive).', optional: true, notBefore: 'since' })
  until?: string;
}
