import { ChoiceQueryField, TimestampField, TimeZoneField } from '../../../validation/index.js';

export const USAGE_GROUPS = ['day', 'model', 'session'] as const;
export type UsageGroup = (typeof USAGE_GROUPS)[number];

/** What usage is wanted. */
export class UsageQueryDto {
  @ChoiceQueryField({
    values: USAGE_GROUPS,
    description: 'What the messages are grouped by.',
    fallback: 'day',
  })
  groupBy: UsageGroup = 'day';

  @TimestampField({
    description:
      'From this moment on (inclusive), or from the beginning of its quarter of an hour. Default: 30 days before the end.',
    optional: true,
  })
  since?: string;

  @TimestampField({
    description:
      'Up to this moment (exclusive), or to the end of its quarter of an hour. Default: the end of this day.',
    optional: true,
    notBefore: 'since',
  })
  until?: string;

  @TimeZoneField({ description: 'The time zone whose days are meant.', fallback: 'UTC' })
  timeZone = 'UTC';
}
