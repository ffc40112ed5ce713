import { CursorQueryDto } from '../../paging/index.js';
import { TimestampField } from '../../validation/index.js';

/** The preferences at a moment. */
export class PreferencesAtDto extends CursorQueryDto {
  @TimestampField({ description: 'The moment.' })
  at!: string;
}

/** The preferences now, or at a moment. */
export class PreferencesQueryDto extends CursorQueryDto {
  @TimestampField({
    description:
      'As they were at this moment. Of values that were replaced before the history began, only the last is known.',
    optional: true,
  })
  at?: string;
}
