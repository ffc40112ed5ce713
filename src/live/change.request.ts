import {
  EVENT_SOURCES,
  EVENT_TYPES,
  SEVERITIES,
  type EventSource,
  type EventType,
  type Severity,
} from '../events/index.js';
import {
  BooleanQueryField,
  ChoiceQueryField,
  ChoicesQueryField,
  Field,
  fieldErrors,
  TextField,
  TextsQueryField,
  TimestampField,
  WholeNumberField,
} from '../validation/index.js';
import { TOPICS, type Topic } from './change.js';
import { PLACE_PATTERN, placeOf } from './place.js';

const MAX_WAIT_SECONDS = 25;
const MAX_LIMIT = 500;

/** What is wanted of the changes. All filters combine (AND); a topic that does not have a filter is left out. */
export class StreamQueryDto {
  @Field(
    {
      description: 'Go on after the change with this id. Default: what is committed from now on.',
      optional: true,
    },
    {
      read: (value, path) => {
        if (value === undefined || (typeof value === 'string' && placeOf(value))) return value;
        throw fieldErrors(path, 'must be the id of a change, or a `next`');
      },
      documentation: { type: 'string', pattern: PLACE_PATTERN },
    },
  )
  after?: string;

  @ChoicesQueryField({ values: TOPICS, description: 'Of one of these topics. Default: all.' })
  topic?: readonly Topic[];

  @ChoicesQueryField({ values: EVENT_TYPES, description: 'Events of one of these types.' })
  type?: readonly EventType[];

  @ChoicesQueryField({ values: SEVERITIES, description: 'Events of one of these severities.' })
  severity?: readonly Severity[];

  @ChoiceQueryField({ values: SEVERITIES, description: 'Events of this severity or a worse one.' })
  minSeverity?: Severity;

  @ChoicesQueryField({ values: EVENT_SOURCES, description: 'Events from one of these sources.' })
  source?: readonly EventSource[];

  @TextsQueryField({ max: 255, description: 'Events of one of these nodes.' })
  node?: readonly string[];

  @BooleanQueryField({
    description: 'Only events that are resolved (true) or not (false) when they are told.',
  })
  resolved?: boolean;

  @TextField({ max: 255, description: 'Messages of this conversation.', optional: true })
  sessionId?: string;

  @TimestampField({ description: 'What happened from this moment on (inclusive).', optional: true })
  since?: string;

  @TimestampField({
    description: 'What happened up to this moment (exclusive).',
    optional: true,
    notBefore: 'since',
  })
  until?: string;
}

/** The same as a long poll. */
export class ChangesQueryDto extends StreamQueryDto {
  @WholeNumberField({
    description: 'How many seconds the answer waits for a change, where there is none.',
    min: 0,
    max: MAX_WAIT_SECONDS,
    fallback: MAX_WAIT_SECONDS,
  })
  wait = MAX_WAIT_SECONDS;

  @WholeNumberField({ description: 'How many changes at most.', min: 1, max: MAX_LIMIT, fallback: 100 })
  limit = 100;
}
