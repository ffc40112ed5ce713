import { Injectable } from '@nestjs/common';
import {
  AS_OBJECTS,
  AS_TEXT,
  mapStored,
  type JsonForm,
  type StoredObject,
  type StoredText,
} from '../json/index.js';
import { encodeCursor, scopeOf, type Page } from '../paging/index.js';
import { notFound } from '../problems/problem.error.js';
import { now } from '../time/time.js';
import { validate } from '../validation/index.js';
import { Database, explainMissing, InjectTable, Table, type RowsByKey } from '../database/index.js';
import { MESSAGE_LIST, SESSION_LIST } from './conversations.lists.js';
import {
  CreateMessageDto,
  MessageIdDto,
  MessagesQueryDto,
  SessionIdDto,
  SessionsQueryDto,
  type MessageInput,
} from './dto/conversation.request.js';
import { toMessage, toSession, type MessageWith, type SessionDto } from './dto/conversation.response.js';
import { MessageEntity } from './message.entity.js';
import { SessionEntity } from './session.entity.js';

/** The topic of writes to conversations. */
export const CONVERSATIONS_TOPIC = 'conversations';

/** The conversations. Invalid input rejects with `validation_failed`. */
export abstract class ConversationsServiceBase<Json> {
  protected abstract readonly json: JsonForm<Json>;

  constructor(
    @InjectTable(MessageEntity) private readonly messages: Table<MessageEntity>,
    @InjectTable(SessionEntity) private readonly sessions: Table<SessionEntity>,
    private readonly database: Database,
  ) {}

  /** Saves one message; resolves once it is on disk. */
  async saveMessage(input: MessageInput): Promise<MessageWith<Json>> {
    const message = validate(CreateMessageDto, input);
    const toolCalls = message.toolCalls ? this.json.fromDocument(message.toolCalls) : null;
    return toMessage(await this.messages.insert(newRow(message)), toolCalls);
  }

  /** @returns `null` where there is no such message. */
  async getMessage(id: number): Promise<MessageWith<Json> | null> {
    return this.messages.get(validate(MessageIdDto, { id }).id, this.toAnswer);
  }

  /** Those of some messages that are there. */
  getMessages(ids: readonly number[]): Promise<RowsByKey<number, MessageWith<Json>>> {
    return this.messages.some(ids, this.toAnswer);
  }

  /** The messages of the same session right before and after one, oldest first. @param count how many on each side. */
  async getMessagesAround(
    { sessionId, timestamp: sortKey, id }: MessageWith<Json>,
    count: number,
  ): Promise<MessageWith<Json>[]> {
    const page = (order: 'asc' | 'desc'): Promise<Page<MessageWith<Json>>> => {
      const cursor = encodeCursor({ sortKey, id }, scopeOf(MESSAGE_LIST.name, { sessionId, order }));
      return this.messages.page(MESSAGE_LIST, { sessionId, order, limit: count, cursor }, this.toAnswer);
    };
    const before = await page('desc');
    const after = await page('asc');
    return [...before.items.reverse(), ...after.items];
  }

  /** All messages of a session, oldest first; none where the session is unknown. */
  async getSessionMessages(sessionId: string): Promise<MessageWith<Json>[]> {
    const wanted = validate(SessionIdDto, { sessionId });
    return this.messages.all(MESSAGE_LIST, { ...wanted, order: 'asc' }, this.toAnswer);
  }

  /** The sessions with the most recent activity. @param limit 1 to 200. */
  async getRecentSessions(limit = 10): Promise<SessionDto[]> {
    return this.sessions.all(SESSION_LIST, validate(SessionsQueryDto, { limit }), toSession);
  }

  /** One page of the sessions, most recent activity first; `since` and `until` apply to the last message. */
  async findSessions(input: Partial<SessionsQueryDto> = {}): Promise<Page<SessionDto>> {
    return this.sessions.page(SESSION_LIST, validate(SessionsQueryDto, input), toSession);
  }

  /**
   * One page of the messages of a session.
   * @throws ProblemError `not_found` where the session is unknown; `gone` where retention has forgotten it.
   */
  async findMessages(
    sessionId: string,
    input: Partial<MessagesQueryDto> = {},
  ): Promise<Page<MessageWith<Json>>> {
    const wanted = validate(SessionIdDto, { sessionId });
    const query = { ...wanted, ...validate(MessagesQueryDto, input) };
    const page = await this.messages.page(MESSAGE_LIST, query, this.toAnswer);
    if (page.items.length === 0 && !(await this.sessions.has(wanted))) {
      await explainMissing(this.database, 'session', sessionId);
      throw notFound('session');
    }
    return page;
  }

  /**
   * Deletes a session with all its messages.
   * @returns false where the session is unknown.
   */
  async deleteSession(sessionId: string): Promise<boolean> {
    const wanted = validate(SessionIdDto, { sessionId });
    return this.database.write(
      async (manager) => {
        // First, so that no trigger has anything to do for each message, and so that a message that another instance
        // writes at the same time waits for this, and begins the session anew.
        const { affected } = await manager.delete(SessionEntity, wanted);
        return affected ? (await this.messages.deleteMany(manager, wanted)) > 0 : false;
      },
      { topic: CONVERSATIONS_TOPIC, kind: 'delete', ids: (isDeleted) => (isDeleted ? [sessionId] : []) },
      { allowOnFullDisk: true, takesPosition: true },
    );
  }

  private readonly toAnswer = (row: MessageEntity): MessageWith<Json> | Promise<MessageWith<Json>> =>
    mapStored(this.json, row.toolCalls, (toolCalls) => toMessage(row, toolCalls));
}

/** The service for in-process callers, with tool calls as objects. */
@Injectable()
export class ConversationsService extends ConversationsServiceBase<StoredObject> {
  protected readonly json = AS_OBJECTS;
}

/** The service for the routes, with tool calls as text: nothing is parsed only to be serialized again. */
@Injectable()
export class ConversationsTextService extends ConversationsServiceBase<StoredText> {
  protected readonly json = AS_TEXT;
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
    toolCalls: message.toolCalls?.text ?? null,
  };
}
