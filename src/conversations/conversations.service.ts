import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type SelectQueryBuilder } from 'typeorm';
import { readAll, readPage, scopeOf, selectRows, type Page } from '../common/paging/index.js';
import { notFound } from '../common/problem/problem.error.js';
import { now } from '../common/time.js';
import { validate } from '../common/validation/index.js';
import { Database, insertRow, READER } from '../database/index.js';
import {
  CreateMessageDto,
  MessagesQueryDto,
  SessionIdDto,
  SessionsQueryDto,
  type MessageInput,
} from './dto/conversation.request.js';
import { toMessage, toSession, type MessageDto, type SessionDto } from './dto/conversation.response.js';
import { MessageEntity } from './message.entity.js';
import { SessionEntity } from './session.entity.js';

/** The topic of all that is written here. */
export const CONVERSATIONS = 'conversations';

const PREVIEW_CHARACTERS = 200;

/** What was said. Bad input rejects with `validation_failed`. */
@Injectable()
export class ConversationsService {
  constructor(
    @InjectRepository(MessageEntity, READER) private readonly messages: Repository<MessageEntity>,
    @InjectRepository(SessionEntity, READER) private readonly sessions: Repository<SessionEntity>,
    private readonly database: Database,
  ) {}

  /** Saves one turn of a conversation; resolves once it is on disk. */
  async saveMessage(input: MessageInput): Promise<MessageDto> {
    const row = newRow(validate(CreateMessageDto, input));
    return this.database.write(
      async (manager) => toMessage({ id: await insertRow(manager, MessageEntity, row), ...row }),
      CONVERSATIONS,
    );
  }

  /** All messages of a session, oldest first; none where the session is unknown. */
  async getSessionMessages(sessionId: string): Promise<MessageDto[]> {
    const wanted = validate(SessionIdDto, { sessionId });
    const rows = await this.database.read(() =>
      readAll<MessageEntity>(this.selectMessages(wanted.sessionId), { sortBy: 'timestamp', order: 'ASC' }),
    );
    return rows.map(toMessage);
  }

  /** The sessions with the most recent activity. @param limit 1 to 200. */
  async getRecentSessions(limit = 10): Promise<SessionDto[]> {
    return (await this.findSessions({ limit })).items;
  }

  /** One page of the sessions, most recent activity first; `since` and `until` apply to the last message. */
  async findSessions(input: Partial<SessionsQueryDto> = {}): Promise<Page<SessionDto>> {
    const { limit, cursor, since, until } = validate(SessionsQueryDto, input);
    const scope = scopeOf('sessions', { since, until });
    const query = this.selectSessions();
    if (since !== undefined) query.andWhere('session.lastMessageAt >= :since', { since });
    if (until !== undefined) query.andWhere('session.lastMessageAt < :until', { until });
    const page = await this.database.read(() =>
      readPage<SessionEntity & { preview: string | null }>(query, {
        sortBy: 'lastMessageAt',
        order: 'DESC',
        limit,
        cursor,
        scope,
      }),
    );
    return { items: page.items.map(toSession), nextCursor: page.nextCursor };
  }

  /**
   * One page of the messages of a session.
   * @throws ProblemError `not_found` where the session is unknown.
   */
  async findMessages(sessionId: string, input: Partial<MessagesQueryDto> = {}): Promise<Page<MessageDto>> {
    const wanted = validate(SessionIdDto, { sessionId });
    const { limit, cursor, order } = validate(MessagesQueryDto, input);
    const scope = scopeOf('messages', { ...wanted, order });
    const sorting = { sortBy: 'timestamp', order: order === 'asc' ? 'ASC' : 'DESC' } as const;
    const page = await this.database.read(() =>
      readPage<MessageEntity>(this.selectMessages(wanted.sessionId), { ...sorting, limit, cursor, scope }),
    );
    if (page.items.length === 0 && !(await this.isKnown(wanted.sessionId))) throw notFound('session');
    return { items: page.items.map(toMessage), nextCursor: page.nextCursor };
  }

  /**
   * Deletes a session with all its messages.
   * @returns false where the session is unknown.
   */
  async deleteSession(sessionId: string): Promise<boolean> {
    const wanted = validate(SessionIdDto, { sessionId });
    return this.database.write(async (manager) => {
      // The summary goes first: the trigger that keeps it true then has nothing to do for each message.
      await manager.delete(SessionEntity, wanted);
      const { affected } = await manager.delete(MessageEntity, wanted);
      return (affected ?? 0) > 0;
    }, CONVERSATIONS);
  }

  private isKnown(sessionId: string): Promise<boolean> {
    return this.database.read(() => this.sessions.existsBy({ sessionId }));
  }

  private selectMessages(sessionId: string): SelectQueryBuilder<MessageEntity> {
    return selectRows(this.messages, 'message').where('message.sessionId = :sessionId', { sessionId });
  }

  /** The preview is read from the messages, so that it is right whatever arrives late. */
  private selectSessions(): SelectQueryBuilder<SessionEntity> {
    const beginning = (condition: string): string =>
      this.messages
        .createQueryBuilder('message')
        .select(`substr(message.content, 1, ${PREVIEW_CHARACTERS})`)
        .where(`message.sessionId = session.sessionId${condition}`)
        .orderBy('message.timestamp')
        .addOrderBy('message.id')
        .limit(1)
        .getQuery();
    return selectRows(this.sessions, 'session').addSelect(
      `COALESCE((${beginning(` AND message.role = 'user'`)}), (${beginning('')}))`,
      'preview',
    );
  }
}

function newRow(message: CreateMessageDto): Omit<MessageEntity, 'id'> {
  return {
    sessionId: message.sessionId,
    timestamp: message.timestamp ?? now(),
    role: message.role,
    content: message.content,
    model: message.model ?? null,
    tokensUsed: message.tokensUsed ?? null,
    inputTokens: message.inputTokens ?? null,
    outputTokens: message.outputTokens ?? null,
    costUsd: message.costUsd ?? null,
    toolCalls: message.toolCalls ? JSON.stringify(message.toolCalls) : null,
  };
}
