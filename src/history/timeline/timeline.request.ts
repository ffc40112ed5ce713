import { SpanQueryDto } from '../../paging/index.js';
import {
  ChoicesQueryField,
  Field,
  fieldErrors,
  TextField,
  WholeNumberField,
} from '../../validation/index.js';
import { TIMELINE_KINDS, type Around, type TimelineKind } from './timeline.types.js';

const MAX_MINUTES = 1440;
const DEFAULT_MINUTES = 15;
const REFERENCE = new RegExp(`^(${TIMELINE_KINDS.join('|')})[: ](.{1,255})$`, 'su');
const EXPLAINED = `must be a kind and an id, such as event:12 or preference:ui.theme; a kind is one of: ${TIMELINE_KINDS.join(', ')}`;

/** What is wanted of the timeline. All filters combine (AND); a kind that does not have a field is left out. */
export class TimelineQueryDto extends SpanQueryDto {
  @ChoicesQueryField({ values: TIMELINE_KINDS, description: 'Of one of these kinds. Default: all.' })
  kind?: readonly TimelineKind[];

  @TextField({ max: 255, description: 'What happened on this node.', optional: true })
  node?: string;

  @TextField({ max: 255, description: 'Messages of this conversation.', optional: true })
  sessionId?: string;

  @AroundField()
  around?: Around;

  @WholeNumberField({
    description: 'How many minutes before and after what it is centred on.',
    min: 1,
    max: MAX_MINUTES,
    fallback: DEFAULT_MINUTES,
  })
  minutes = DEFAULT_MINUTES;
}

/** A timeline, as in-process callers ask for it. */
export type TimelineQuery = Partial<Omit<TimelineQueryDto, 'around'>> & {
  readonly around?: Around | string | undefined;
};

/** What it is centred on, by kind and id. */
function AroundField(): PropertyDecorator {
  return Field(
    {
      description:
        'A kind and an id, such as `event:12`: what happened before and after it, half of the page on each side. Not with ' +
        '`since` and `until`.',
      example: 'event:1',
      optional: true,
    },
    {
      read: (value, path) => {
        if (value === undefined) return undefined;
        const around = typeof value === 'string' ? readAround(value) : asAround(value);
        if (!around) throw fieldErrors(path, EXPLAINED);
        return around;
      },
      documentation: { type: 'string', maxLength: 300 },
    },
  );
}

function readAround(text: string): Around | undefined {
  const [, kind, id] = REFERENCE.exec(text) ?? [];
  return kind === undefined || id === undefined ? undefined : toAround(kind as TimelineKind, id);
}

/** One that was read already, or that is given in process. */
function asAround(value: unknown): Around | undefined {
  const { kind, id } = (value ?? {}) as Partial<Around>;
  return kind !== undefined && TIMELINE_KINDS.includes(kind) && id !== undefined
    ? toAround(kind, String(id))
    : undefined;
}

function toAround(kind: TimelineKind, id: string): Around | undefined {
  if (kind === 'preference') return { kind, id };
  return /^[1-9]\d{0,15}$/.test(id) && Number.isSafeInteger(Number(id))
    ? { kind, id: Number(id) }
    : undefined;
}
