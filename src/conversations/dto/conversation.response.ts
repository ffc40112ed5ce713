import { ApiProperty } from '@nestjs/swagger';
import type { StoredObject, StoredText } from '../../json/index.js';
import {
  AnswerDescription,
  CountAnswer,
  JsonAnswer,
  ListAnswer,
  TimestampAnswer,
  NextCursorAnswer,
  TextAnswer,
} from '../../http/endpoint/response-fields.js';
import type { MessageEntity } from '../message.entity.js';
import type { SessionRow } from '../conversations.lists.js';

/** A message of a conversation. */
export class MessageDto {
  @CountAnswer({ description: 'Given in order of arrival; never used again.', example: 1 })
  id!: number;

  @TextAnswer({ description: 'The conversation that it belongs to.', example: 'chat-2026-11-22-a' })
  sessionId!: string;

  @TimestampAnswer({ description: 'When it was said.' })
  timestamp!: string;

  @TextAnswer({ description: 'user, assistant, system or tool.', example: 'user' })
  role!: string;

  @TextAnswer({ description: 'What was said.', example: 'Why is pve2 so slow tonight?' })
  content!: string;

  @TextAnswer({ description: 'The model that answered.', example: 'claude', nullable: true })
  model!: string | null;

  @CountAnswer({ description: 'Tokens in all.', example: 1250, nullable: true })
  tokensUsed!: number | null;

  @CountAnswer({ description: 'Tokens that went in.', example: 1000, nullable: true })
  inputTokens!: number | null;

  @CountAnswer({ description: 'Tokens that came out.', example: 250, nullable: true })
  outputTokens!: number | null;

  @ApiProperty({
    type: 'number',
    description: 'What the turn cost, in US dollars.',
    example: 0.0068,
    nullable: true,
  })
  costUsd!: number | null;

  @JsonAnswer({
    description: 'What was sent as tool calls.',
    example: [{ name: 'node_status', arguments: { node: 'pve2' } }],
  })
  toolCalls!: StoredObject | null;
}

/** A message with its tool calls as objects or as text. */
export type MessageWith<Json> = Omit<MessageDto, 'toolCalls'> & { toolCalls: Json | null };

/** The summary of a conversation. */
export class SessionDto {
  @TextAnswer({ description: 'The conversation.', example: 'chat-2026-11-22-a' })
  sessionId!: string;

  @TimestampAnswer({ description: 'When its first message was said.' })
  firstMessageAt!: string;

  @TimestampAnswer({ description: 'When its last message was said.' })
  lastMessageAt!: string;

  @CountAnswer({ description: 'How many messages it has.', example: 12 })
  messageCount!: number;

  @CountAnswer({ description: 'The tokens of all its messages.', example: 5400 })
  tokensUsed!: number;

  @TextAnswer({
    description:
      'How it began: up to 200 characters of the first message of the user, if that is among the first 20, else of the first message.',
    example: 'Why is pve2 so slow tonight?',
  })
  preview!: string;

  @TextAnswer({
    description:
      'How it ends: up to 200 characters of the last message of the assistant that says something, if that is among the last 20.',
    example: 'pve2 reads its backups back: the disk waits 40 % of the time.',
    nullable: true,
  })
  lastReply!: string | null;
}

@AnswerDescription('The message.')
export class MessageAnswer {
  @ApiProperty({ type: MessageDto })
  message!: MessageWith<StoredText>;
}

@AnswerDescription('One page of conversations, and where the next begins.')
export class SessionListAnswer {
  @ListAnswer(SessionDto, 'One page, most recent activity first.')
  sessions!: SessionDto[];

  @NextCursorAnswer()
  nextCursor!: string | null;
}

@AnswerDescription('One page of the messages of the conversation, and where the next begins.')
export class MessageListAnswer {
  @TextAnswer({ description: 'The conversation.', example: 'chat-2026-11-22-a' })
  sessionId!: string;

  @ListAnswer(MessageDto, 'One page, in the order that was asked for.')
  messages!: MessageWith<StoredText>[];

  @NextCursorAnswer()
  nextCursor!: string | null;
}

/** @param row as the driver returns it: a file of the first backend stores the cost as text. */
export function toMessage<Json>(row: MessageEntity, toolCalls: Json | null): MessageWith<Json> {
  return {
    id: row.id,
    sessionId: row.sessionId,
    timestamp: row.timestamp,
    role: row.role,
    content: row.content,
    model: row.model,
    tokensUsed: row.tokensUsed,
    inputTokens: row.inputTokens,
    outputTokens: row.outputTokens,
    costUsd: row.costUsd === null ? null : Number(row.costUsd),
    toolCalls,
  };
}

export function toSession(row: SessionRow): SessionDto {
  return {
    sessionId: row.sessionId,
    firstMessageAt: row.firstMessageAt,
    lastMessageAt: row.lastMessageAt,
    messageCount: row.messageCount,
    tokensUsed: row.tokensUsed,
    preview: row.preview ?? '',
    lastReply: row.lastReply,
  };
}
