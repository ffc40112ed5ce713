import type { JsonText } from '../../json/index.js';
import { PageQueryDto, SpanQueryDto } from '../../paging/index.js';
import type { Timestamp } from '../../time/time.js';
import {
  AmountField,
  ChoiceField,
  CountField,
  JsonField,
  LongTextField,
  TimestampField,
  ChoiceQueryField,
  IdField,
  TextField,
} from '../../validation/index.js';
import { MESSAGE_ROLES, type MessageRole } from '../message.values.js';

const MAX_TEXT_BYTES = 1_048_576;
const ORDERS = ['asc', 'desc'] as const;

/** A new message. */
export class CreateMessageDto {
  @TextField({ max: 255, description: 'The conversation that it belongs to.', example: 'chat-2026-11-22-a' })
  sessionId!: string;

  @ChoiceField({ values: MESSAGE_ROLES, name: 'MessageRole', description: 'Who speaks.', example: 'user' })
  role!: MessageRole;

  @LongTextField({
    maxBytes: MAX_TEXT_BYTES,
    description: 'What is said, up to 1 MB. Empty where a turn holds nothing but tool calls.',
    example: 'Why is pve2 so slow tonight?',
  })
  content!: string;

  @TextField({
    max: 255,
    description: 'The model that answered.',
    example: 'claude',
    optional: true,
    nullable: true,
  })
  model?: string | null;

  @CountField({ description: 'Tokens in all.', example: 1250, optional: true, nullable: true })
  tokensUsed?: number | null;

  @CountField({ description: 'Tokens that went in.', example: 1000, optional: true, nullable: true })
  inputTokens?: number | null;

  @CountField({ description: 'Tokens that came out.', example: 250, optional: true, nullable: true })
  outputTokens?: number | null;

  @AmountField({
    description: 'What the turn cost, in US dollars.',
    example: 0.0068,
    optional: true,
    nullable: true,
  })
  costUsd?: number | null;

  @JsonField({
    maxBytes: MAX_TEXT_BYTES,
    description:
      'The tool calls of the turn: a JSON object or array, or a text that holds one. Kept as it is.',
    example: [{ name: 'node_status', arguments: { node: 'pve2' } }],
    optional: true,
    nullable: true,
  })
  toolCalls?: JsonText | null;

  @TimestampField({
    description: 'When it was said. Default: now.',
    example: '2026-11-22T20:15:00.123Z',
    optional: true,
  })
  timestamp?: string;
}

type OptionalFields = 'model' | 'tokensUsed' | 'inputTokens' | 'outputTokens' | 'costUsd';

/** A new message, as in-process callers may pass it. */
export interface MessageInput extends Pick<CreateMessageDto, OptionalFields> {
  readonly sessionId: string;
  readonly role: MessageRole;
  readonly content: string;
  readonly toolCalls?: object | string | null;
  readonly timestamp?: Timestamp;
}

/** The filters of the list of sessions, by the time of their last message. */
export class SessionsQueryDto extends SpanQueryDto {}

export class SessionIdDto {
  @TextField({ max: 255, description: 'The conversation.', example: 'chat-2026-11-22-a' })
  sessionId!: string;
}

export class MessageIdDto {
  @IdField('message')
  id!: number;
}

export class MessagesQueryDto extends PageQueryDto {
  @ChoiceQueryField({
    values: ORDERS,

    description: 'Oldest first (asc) or newest first.',
    fallback: 'asc',
  })
  order: (typeof ORDERS)[number] = 'asc';
}
