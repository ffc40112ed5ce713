import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import {
  AS_OBJECTS,
  AS_TEXT,
  type JsonForm,
  type StoredObject,
  type StoredText,
} from '../common/json/index.js';
import { mapPage, readPage, scopeOf, type Page } from '../common/paging/index.js';
import { notFound } from '../common/problem/problem.error.js';
import { now } from '../common/time.js';
import { validate } from '../common/validation/index.js';
import { Database, insertRow, READER, selectList, type ListRequest } from '../database/index.js';
import {
  CreateMessageDto,
  MessagesQueryDto,
  SessionIdDto,
  SessionsQueryDto,
  type MessageInput,
} from './dto/conversation.request.js';
import { toMessage, toSession, type MessageIn, type SessionDto } from './dto/conversation.response.js';
import { MessageEntity } from './message.entity.js';
import { SessionEntity } from './session.entity.js';

/** The topic of all that is written here. */
export const CONVERSATIONS = 'conversations';

const PREVIEW_CHARACTERS = 200;

/** How a session began: read from its messages, so that it is right whatever arrives late. */
const beginning = (condition: string): string =>
  `SELECT substr(content, 1, ${PREVIEW_CHARACTERS}) FROM conversations
   WHERE session_id = conversation_sessions.session_id${condition} ORDER BY "timestamp", id LIMIT 1`;

type SessionRow = SessionEntity & { preview: string | null };

const SESSIONS = {
  expressions: { preview: `COALESCE((${beginning(" AND role = 'user'")}), (${beginning('')}))` },
  sortBy: 'lastMessageAt',
  order: 'DESC',
} as const satisfies ListRequest<SessionEntity>;

/** What was said. Bad input rejects with `validation_failed`. */
export abstract class ConversationsServiceBase<Json> {
  protected abstract readonly json: JsonForm<Json>;

  constructor(
    @InjectRepository(MessageEntity, READER) private readonly messages: Repository<MessageEntity>,
    @InjectRepository(SessionEntity, READER) private readonly sessions: Repository<SessionEntity>,
    private readonly database: Database,
  ) {}

  /** Saves one turn of a conversation; resolves once it is on disk. */
  async saveMessage(input: MessageInput): Promise<MessageIn<Json>> {
    const message = validate(CreateMessageDto, input);
    const row = newRow(message);
    const toolCalls = message.toolCalls ? this.json.checked(message.toolCalls) : null;
    return this.database.write(
      async (manager) => toMessage({ id: await insertRow(manager, MessageEntity, row), ...row }, toolCalls),
      CONVERSATIONS,
    );
  }

  /** All messages of a session, oldest first; none where the session is unknown. */
  async getSessionMessages(sessionId: string): Promise<MessageIn<Json>[]> {
    const wanted = validate(SessionIdDto, { sessionId });
    const list = messagesOf(wanted.sessionId, 'ASC');
    const rows = await this.database.read(() =>
      selectList<MessageEntity, MessageEntity>(this.messages, list),
    );
    return rows.map(this.toAnswer);
  }

  /** The sessions with the most recent activity. @param limit 1 to 200. */
  async getRecentSessions(limit = 10): Promise<SessionDto[]> {
    return (await this.findSessions({ limit })).items;
  }

  /** One page of the sessions, most recent activity first; `since` and `until` apply to the last message. */
  async findSessions(input: Partial<SessionsQueryDto> = {}): Promise<Page<SessionDto>> {
    const { limit, cursor, since, until } = validate(SessionsQueryDto, input);
    const scope = scopeOf('sessions', { since, until });
    const list = { ...SESSIONS, since, until };
    const page = await this.database.read(() =>
      readPage<SessionRow>({ limit, cursor, scope, sortBy: SESSIONS.sortBy }, (after, most) =>
        selectList(this.sessions, { ...list, after, limit: most }),
      ),
    );
    return mapPage(page, toSession);
  }

  /**
   * One page of the messages of a session.
   * @throws ProblemError `not_found` where the session is unknown.
   */
  async findMessages(
    sessionId: string,
    input: Partial<MessagesQueryDto> = {},
  ): Promise<Page<MessageIn<Json>>> {
    const wanted = validate(SessionIdDto, { sessionId });
    const { limit, cursor, order } = validate(MessagesQueryDto, input);
    const scope = scopeOf('messages', { ...wanted, order });
    const list = messagesOf(wanted.sessionId, order === 'asc' ? 'ASC' : 'DESC');
    const page = await this.database.read(() =>
      readPage<MessageEntity>({ limit, cursor, scope, sortBy: 'timestamp' }, (after, most) =>
        selectList(this.messages, { ...list, after, limit: most }),
      ),
    );
    if (page.items.length === 0 && !(await this.isKnown(wanted.sessionId))) throw notFound('session');
    return mapPage(page, this.toAnswer);
  }

  /**
   * Deletes a session with all its messages.
   * @returns false where the session is unknown.
   */
  async deleteSession(sessionId: string): Promise<boolean> {
    const wanted = validate(SessionIdDto, { sessionId });
    return this.database.write(
      async (manager) => {
        // The summary goes first: the trigger that keeps it true then has nothing to do for each message.
        await manager.delete(SessionEntity, wanted);
        const { affected } = await manager.delete(MessageEntity, wanted);
        return Boolean(affected);
      },
      CONVERSATIONS,
      { evenWhenFull: true },
    );
  }

  private isKnown(sessionId: string): Promise<boolean> {
    return this.database.read(() => this.sessions.existsBy({ sessionId }));
  }

  private readonly toAnswer = (row: MessageEntity): MessageIn<Json> =>
    toMessage(row, row.toolCalls === null ? null : this.json.stored(row.toolCalls));
}

/** The same for other modules of the process, tool calls as objects. */
@Injectable()
export class ConversationsService extends ConversationsServiceBase<StoredObject> {
  protected readonly json = AS_OBJECTS;
}

/** The same for the routes, tool calls as text: nothing is parsed only to be written again. */
@Injectable()
export class ConversationsTextService extends ConversationsServiceBase<StoredText> {
  protected readonly json = AS_TEXT;
}

function messagesOf(sessionId: string, order: 'ASC' | 'DESC'): ListRequest<MessageEntity> {
  return { oneOf: { sessionId: [sessionId] }, sortBy: 'timestamp', order };
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
