import { ChoicesField, TextField, TimestampField, WholeNumberField } from '../../validation/index.js';
import {
  CONTEXT_SECTIONS,
  DEFAULT_BUDGET,
  MAX_BUDGET,
  MIN_BUDGET,
  type SectionName,
} from '../context/context.types.js';
import { QueryTextField } from './query-text.field.js';

/** What a context pack is made for. */
export class ContextRequestDto {
  @QueryTextField({
    description: 'What is asked now: what was said and happened about it is recalled.',
    example: 'Why did the backup of nextcloud fail?',
    optional: true,
  })
  query?: string;

  @TextField({
    max: 255,
    description:
      'The conversation that goes on: its last turns are in the pack. Without a query, its last question is recalled for. ' +
      'One that has no messages yet is no error.',
    example: 'chat-1',
    optional: true,
  })
  sessionId?: string;

  @TextField({
    max: 255,
    description: 'The node that it is about: its events come first.',
    example: 'pve2',
    optional: true,
  })
  node?: string;

  @TimestampField({
    description:
      'As the memory was at this moment: the cluster, the preferences, what was open, what had been said and had happened. ' +
      'Without how often an alert was seen. Default: as it is.',
    example: '2026-11-22T20:30:00Z',
    optional: true,
  })
  at?: string;

  @WholeNumberField({
    description: 'The most tokens that the text has (o200k_base).',
    min: MIN_BUDGET,
    max: MAX_BUDGET,
    fallback: DEFAULT_BUDGET,
  })
  budgetTokens = DEFAULT_BUDGET;

  @ChoicesField({
    values: CONTEXT_SECTIONS,
    description: 'Only these sections; their order is always the same. Default: all.',
  })
  sections?: readonly SectionName[];
}
