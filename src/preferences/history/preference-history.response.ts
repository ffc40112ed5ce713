import {
  AnswerDescription,
  ListAnswer,
  NextCursorAnswer,
  TextAnswer,
  TimestampAnswer,
} from '../../http/endpoint/response-fields.js';
import type { PreferenceChangeEntity } from './preference-change.entity.js';

/** A value that a preference had. */
export class PreferenceChangeDto {
  @TextAnswer({ description: 'The value; null where it was deleted.', nullable: true, example: 'dark' })
  value!: string | null;

  @TimestampAnswer({ description: 'From when on it held.' })
  changedAt!: string;
}

@AnswerDescription('The values of a preference, newest first.')
export class PreferenceHistoryAnswer {
  @ListAnswer(
    PreferenceChangeDto,
    'The values that it had, newest first. To set the same again is no change.',
  )
  history!: PreferenceChangeDto[];

  @NextCursorAnswer()
  nextCursor!: string | null;
}

export function toPreferenceChange({ value, changedAt }: PreferenceChangeEntity): PreferenceChangeDto {
  return { value, changedAt };
}
