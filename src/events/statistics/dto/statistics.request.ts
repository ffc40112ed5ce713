import { INTERVALS, type Interval } from '../../../time/buckets.js';
import { ChoiceQueryField, TimestampField, TimeZoneField } from '../../../validation/index.js';

export const STATISTICS_GROUPS = ['severity', 'type', 'node', 'source'] as const;
export type StatisticsGroup = (typeof STATISTICS_GROUPS)[number];

/** What is counted. */
export class StatisticsQueryDto {
  @ChoiceQueryField({
    values: INTERVALS,
    description: 'How long the parts of the window are.',
    fallback: 'day',
  })
  interval: Interval = 'day';

  @ChoiceQueryField({
    values: STATISTICS_GROUPS,
    description: 'What the events of each part are grouped by. Default: they are only counted.',
  })
  groupBy?: StatisticsGroup;

  @TimestampField({
    description:
      'From this moment on (inclusive), or from the beginning of its quarter of an hour; by minute, of its minute. ' +
      'Default: 60 minutes, 48 hours, 30 days or 26 weeks before the end.',
    optional: true,
  })
  since?: string;

  @TimestampField({
    description:
      'Up to this moment (exclusive), or to the end of its quarter of an hour; by minute, of its minute. ' +
      'Default: the end of this minute, hour or day.',
    optional: true,
    notBefore: 'since',
  })
  until?: string;

  @TimeZoneField({ description: 'The time zone whose hours, days and weeks are meant.', fallback: 'UTC' })
  timeZone = 'UTC';
}
