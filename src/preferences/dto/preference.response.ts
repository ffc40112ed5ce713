import { ApiProperty } from '@nestjs/swagger';
import {
  AnswerDescription,
  ListAnswer,
  TimestampAnswer,
  NextCursorAnswer,
  TextAnswer,
} from '../../http/endpoint/response-fields.js';
import type { PreferenceEntity } from '../preference.entity.js';

/** A setting of the owner. */
export class PreferenceDto {
  @TextAnswer({ description: 'The key.', example: 'ui.theme' })
  key!: string;

  @TextAnswer({ description: 'The value.', example: 'dark' })
  value!: string;

  @TimestampAnswer({ description: 'When it was set last.' })
  updatedAt!: string;
}

@AnswerDescription('The preference.')
export class PreferenceAnswer {
  @ApiProperty({ type: PreferenceDto })
  preference!: PreferenceDto;
}

@AnswerDescription('All preferences, by key.')
export class PreferencesAnswer {
  @ListAnswer(PreferenceDto, 'All preferences, by key; one page where they are more than 1000 or 4 MB.')
  preferences!: PreferenceDto[];

  @NextCursorAnswer()
  nextCursor!: string | null;
}

export function toPreference(row: PreferenceEntity): PreferenceDto {
  return { key: row.key, value: row.value, updatedAt: row.updatedAt };
}
