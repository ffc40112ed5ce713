import { INTERVALS, type Interval } from '../../../time/buckets.js';
import {
  BooleanQueryField,
  ChoiceQueryField,
  ChoicesQueryField,
  TextsQueryField,
  TimestampField,
  TimeZoneField,
} from '../../../validation/index.js';
import {
  EVENT_SOURCES,
  EVENT_TYPES,
  SEVERITIES,
  type EventSource,
  type EventType,
  type Severity,
} from '../../event.values.js';

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

  @ChoicesQueryField({ values: EVENT_TYPES, description: 'Only events of one of these types.' })
  type?: readonly EventType[];

  @ChoicesQueryField({ values: SEVERITIES, description: 'Only events of one of these severities.' })
  severity?: readonly Severity[];

  @ChoiceQueryField({ values: SEVERITIES, description: 'Only events of this severity or a worse one.' })
  minSeverity?: Severity;

  @ChoicesQueryField({ values: EVENT_SOURCES, description: 'Only events from one of these sources.' })
  source?: readonly EventSource[];

  @TextsQueryField({ max: 255, description: 'Only events of one of these nodes.' })
  node?: readonly string[];

  @BooleanQueryField({ description: 'Only resolved events (true) or only unresolved ones (false).' })
  resolved?: boolean;

  @TimestampField({
    description:
      'Only events that were open at this moment: that had happened, and were not resolved yet, or are not to this day.',
    optional: true,
  })
  openAt?: string;
}
