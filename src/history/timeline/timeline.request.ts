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
const WITH_IDS = TIMELINE_KINDS.filter((kind) => kind !== 'preference').join('|');
const PATTERN = `^(?:(?:${WITH_IDS})[: ][1-9]\\d{0,14}|preference[: ][^\\0]{1,255})$`;
const REFERENCE = new RegExp(PATTERN, 'u');
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
        'A kind and an id, such as `event:12`: what happened before and after it, half of the page on each side.',
      example: 'event:1',
      optional: true,
    },
    {
      read: (value, path) => {
        if (value === undefined) return undefined;
        const around = readAround(typeof value === 'string' ? value : nameOf(value));
        if (!around) throw fieldErrors(path, EXPLAINED);
        return around;
      },
      documentation: { type: 'string', pattern: PATTERN },
    },
  );
}

function readAround(text: string): Around | undefined {
  if (!REFERENCE.test(text)) return undefined;
  const [kind = '', id] = [text.split(/[: ]/, 1)[0], text.slice(text.search(/[: ]/) + 1)];
  return { kind: kind as TimelineKind, id: kind === 'preference' ? id : Number(id) };
}

/** Of one that was read already, or that is given in process. */
function nameOf(value: unknown): string {
  const { kind = '', id = '' } = (value ?? {}) as Partial<Around>;
  return `${kind}:${id}`;
}
