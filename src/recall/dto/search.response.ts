import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { MessageDto } from '../../conversations/index.js';
import { EventDto } from '../../events/index.js';
import {
  AnswerDescription,
  CountAnswer,
  ListAnswer,
  NextCursorAnswer,
  TextAnswer,
  TimestampAnswer,
} from '../../http/endpoint/response-fields.js';
import { PreferenceDto } from '../../preferences/index.js';
import { SEARCH_KINDS, type SearchKind } from '../search/search.types.js';

const NUMBERS = { type: 'object', additionalProperties: { type: 'number' } } as const;

/** A part of a text, and the places in it of what was searched for. */
export class SnippetDto {
  @TextAnswer({
    description: 'The part of the text where most of the query is.',
    example: 'Backup of vm 104 failed',
  })
  text!: string;

  @ApiProperty({
    description: 'Where matches begin, and where the text goes on after them, in UTF-16 units.',
    type: 'array',
    items: { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 2 },
    example: [[0, 6]],
  })
  matches!: readonly (readonly [from: number, to: number])[];
}

export class ExplainedWordDto {
  @TextAnswer({ description: 'A word, phrase or identifier of the query.', example: 'backup' })
  word!: string;

  @CountAnswer({ description: 'In how many of the searched rows it is.', example: 12 })
  documents!: number;

  @ApiProperty({
    type: 'number',
    description: 'What it tells: the fewer rows it is in, the more.',
    example: 3.2,
  })
  weight!: number;

  @ApiProperty({
    type: 'number',
    description: 'How often it is in the row; in the turns around it and in its date, it counts for less.',
    example: 1.4,
  })
  frequency!: number;
}

/** Why a result has its score. */
export class ExplanationDto {
  @ListAnswer(ExplainedWordDto, 'The words of the query.')
  words!: readonly ExplainedWordDto[];

  @ApiProperty({
    description: 'What the score is the sum of.',
    ...NUMBERS,
    example: { text: 0.9, session: 0.12 },
  })
  parts!: Readonly<Record<string, number>>;
}

/** The turns around a message, oldest first; where they are large, the nearest only. */
export class NeighboursDto {
  @ListAnswer(MessageDto, 'What was said before.')
  before!: MessageDto[];

  @ListAnswer(MessageDto, 'What was said after.')
  after!: MessageDto[];
}

@ApiExtraModels(EventDto, MessageDto, PreferenceDto)
export class SearchResultDto {
  @ApiProperty({ description: 'What was found.', enum: [...SEARCH_KINDS], example: 'event' })
  kind!: SearchKind;

  @ApiProperty({
    description: 'The id of the event or message, the key of the preference.',
    oneOf: [{ type: 'integer' }, { type: 'string' }],
    example: 1,
  })
  id!: string | number;

  @TimestampAnswer({ description: 'When it happened, was said, or was set.' })
  timestamp!: string;

  @ApiProperty({ type: 'number', description: 'About 1 where the whole query is in it.', example: 0.93 })
  score!: number;

  @ApiProperty({ type: SnippetDto, description: 'What to show of it.' })
  snippet!: SnippetDto;

  @ApiProperty({
    description: 'The words of the query that it holds.',
    type: [String],
    example: ['backup', 'failed'],
  })
  matched!: readonly string[];

  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'How many events say the same.',
    example: 12,
  })
  count?: number;

  @ApiProperty({ required: false, description: 'Whether there are more than `count`.', example: false })
  isCountCapped?: boolean;

  @ApiProperty({
    type: [String],
    required: false,
    description: 'Nodes of events that say the same, of those that were ranked.',
    example: ['pve1', 'pve2'],
  })
  nodes?: readonly string[];

  @ApiProperty({ required: false, allOf: [{ $ref: getSchemaPath(EventDto) }], description: 'The event.' })
  event?: EventDto;

  @ApiProperty({ required: false, allOf: [{ $ref: getSchemaPath(MessageDto) }], description: 'The message.' })
  message?: MessageDto;

  @ApiProperty({
    required: false,
    allOf: [{ $ref: getSchemaPath(PreferenceDto) }],
    description: 'The preference.',
  })
  preference?: PreferenceDto;

  @ApiProperty({
    type: NeighboursDto,
    required: false,
    description: 'Where neighbours were asked for: the nearest only, where they are large.',
  })
  neighbours?: NeighboursDto;

  @ApiProperty({ type: ExplanationDto, required: false, description: 'Where it was asked for.' })
  explain?: ExplanationDto;
}

/** What was searched, so that an empty answer says something. */
export class SearchedDto {
  @ApiProperty({
    description: 'The kinds that have what is filtered by.',
    enum: [...SEARCH_KINDS],
    isArray: true,
  })
  kinds!: readonly SearchKind[];

  @TimestampAnswer({
    description: 'From this moment on; null: from the first.',
    nullable: true,
    example: null,
  })
  from!: string | null;

  @TimestampAnswer({ description: 'Up to this moment; null: up to now.', nullable: true, example: null })
  to!: string | null;

  @CountAnswer({ description: 'How many rows there are to search.', example: 4711 })
  rows!: number;

  @ApiProperty({
    description: 'Newest first where the query is made of words that every text has.',
    enum: ['relevance', 'recency'],
    example: 'relevance',
  })
  order!: 'relevance' | 'recency';
}

@AnswerDescription('What was found, the best first; what was searched; and where the next page begins.')
export class SearchAnswer {
  @ListAnswer(SearchResultDto, 'The best first. It may be fewer than asked for where they are large.')
  results!: SearchResultDto[];

  @NextCursorAnswer()
  nextCursor!: string | null;

  @ApiProperty({ type: SearchedDto, description: 'What was searched.' })
  searched!: SearchedDto;

  @ApiProperty({
    type: 'string',
    required: false,
    description: 'The query that was searched for, where a word of yours is in no row and one like it is.',
    example: 'backup failed',
  })
  correctedTo?: string;

  @ApiPropertyOptional({
    description:
      'Only while many rows wait to be indexed: the id, by kind, up to which all rows are searched. Of those after it that ' +
      'wait, the newest are searched: 2000 at most, of 4 MiB of text.',
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { event: 4711 },
  })
  indexedUpTo?: Readonly<Partial<Record<'event' | 'message', number>>>;
}
