import { ApiProperty } from '@nestjs/swagger';
import {
  AnswerDescription,
  CountAnswer,
  ListAnswer,
  TextAnswer,
  TimestampAnswer,
} from '../../http/endpoint/response-fields.js';
import { CoverageDto } from '../../history/coverage/index.js';
import {
  CONTEXT_SECTIONS,
  SOURCE_KINDS,
  type ContextItem,
  type ContextOutput,
  type ContextSection,
  type OmittedItems,
  type SectionName,
  type SourceKind,
} from '../context/context.types.js';

/** A line of the text. */
export class ContextItemDto implements ContextItem {
  @ApiProperty({ description: 'What the line comes from.', enum: [...SOURCE_KINDS], example: 'event' })
  kind!: SourceKind;

  @ApiProperty({
    description: 'The id of the event, message or snapshot, the key of the preference.',
    oneOf: [{ type: 'integer' }, { type: 'string' }],
    example: 1,
  })
  id!: number | string;

  @TimestampAnswer({ description: 'When it happened, was said, taken or set.' })
  timestamp!: string;

  @CountAnswer({ description: 'The tokens of the line.', example: 24 })
  tokens!: number;

  @TextAnswer({ description: 'Why it is in the pack.', example: 'matches backup, nextcloud' })
  why!: string;
}

export class ContextSectionDto implements ContextSection {
  @ApiProperty({
    description: 'The name of the section.',
    enum: [...CONTEXT_SECTIONS],
    example: 'open_events',
  })
  name!: SectionName;

  @CountAnswer({ description: 'Its tokens, with its heading.', example: 57 })
  tokens!: number;

  @ListAnswer(ContextItemDto, 'Its lines, in their order.')
  items!: ContextItemDto[];
}

export class OmittedItemsDto implements OmittedItems {
  @ApiProperty({ description: 'The name of the section.', enum: [...CONTEXT_SECTIONS], example: 'recalled' })
  name!: SectionName;

  @CountAnswer({ description: 'How many lines there was no room for.', example: 3 })
  count!: number;

  @CountAnswer({ description: 'How many tokens they would have taken.', example: 120 })
  tokens!: number;
}

@AnswerDescription('The text for a prompt, and what its lines come from.')
export class ContextAnswer implements ContextOutput {
  @TextAnswer({
    description:
      'What an assistant should know, or nothing. What is quoted stands in a fence that is in none of the quoted texts.',
    example:
      '<memory-1>\n# Open events, worst first\n[event 1] 2026-11-22 20:15 warning pve2: …\n</memory-1>\n',
  })
  text!: string;

  @CountAnswer({ description: 'The tokens of the text (o200k_base).', example: 412 })
  tokens!: number;

  @CountAnswer({ description: 'The most that it may have.', example: 600 })
  budgetTokens!: number;

  @ListAnswer(ContextSectionDto, 'The sections that were asked for; one may be empty.')
  sections!: ContextSectionDto[];

  @ListAnswer(OmittedItemsDto, 'What was found and had no room.')
  omitted!: OmittedItemsDto[];

  @ApiProperty({
    description: 'How well the cluster was watched on the day before the newest row, or before `at`.',
    type: CoverageDto,
  })
  coverage!: CoverageDto;
}
