import { EVENT_TYPES, SEVERITIES, type EventType, type Severity } from '../../events/index.js';
import {
  BooleanQueryField,
  ChoiceQueryField,
  ChoicesQueryField,
  CursorField,
  LimitField,
  TextField,
  TimestampField,
  WholeNumberField,
} from '../../validation/index.js';
import { SEARCH_KINDS, type SearchKind } from '../search/search.types.js';
import { QueryTextField } from './query-text.field.js';

/** It holds what all words of the query weigh, and the key of a preference. */
const MAX_CURSOR_CHARACTERS = 4000;
const MAX_LIMIT = 50;
const DEFAULT_LIMIT = 10;
const MAX_NEIGHBOURS = 5;

/** What is searched for, and in what. All filters combine (AND); a kind that does not have a field is left out. */
export class SearchQueryDto {
  @QueryTextField({
    description: 'Any text: words, a question, "a phrase", an identifier, a pasted message.',
    example: 'backup failed',
  })
  q!: string;

  @ChoicesQueryField({ values: SEARCH_KINDS, description: 'Of one of these kinds. Default: all.' })
  kind?: readonly SearchKind[];

  @TextField({ max: 255, description: 'Events of this node.', optional: true })
  node?: string;

  @TextField({ max: 255, description: 'Messages of this conversation.', optional: true })
  sessionId?: string;

  @ChoiceQueryField({ values: EVENT_TYPES, description: 'Events of this type.' })
  type?: EventType;

  @ChoiceQueryField({ values: SEVERITIES, description: 'Events of this severity.' })
  severity?: Severity;

  @TimestampField({ description: 'From this moment on (inclusive).', optional: true })
  since?: string;

  @TimestampField({ description: 'Up to this moment (exclusive).', optional: true, notBefore: 'since' })
  until?: string;

  @LimitField({ max: MAX_LIMIT, fallback: DEFAULT_LIMIT })
  limit = DEFAULT_LIMIT;

  @CursorField({ max: MAX_CURSOR_CHARACTERS })
  cursor?: string;

  @WholeNumberField({
    description: 'How many messages before and after each that was found.',
    min: 0,
    max: MAX_NEIGHBOURS,
    fallback: 0,
  })
  neighbours = 0;

  @BooleanQueryField({
    description: 'Whether events that differ by numbers and names only are one result. Default: true.',
  })
  fold?: boolean;

  @BooleanQueryField({ description: 'Whether each result says why it has its score. Default: false.' })
  explain?: boolean;
}
