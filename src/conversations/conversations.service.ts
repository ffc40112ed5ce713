import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import {
  AS_OBJECTS,
  AS_TEXT,
  whenThere,
  type JsonForm,
  type StoredObject,
  type StoredText,
} from '../json/index.js';
import { answerPage, readThrough, scopeOf, type Page, type SliceReader } from '../paging/index.js';
import { notFound } from '../problems/problem.error.js';
import { now } from '../time/time.js';
import { validate } from '../validation/index.js';
import { Database, READ_BYTES, READER, readSlice, saveRow, type ListOf } from '../database/index.js';
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

/** In so many messages of a session the first one of the user is looked for. */
const BEGINNING_MESSAGES = 20;
const BEGINNING = `FROM conversations WHERE session_id = conversation_sessions.session_id ORDER BY "timestamp", id`;

/** How a session began: read from its messages, so that it is right whatever arrives late. */
const ofBeginning = (value: string): string =>
  `(SELECT ${value} FROM conversations WHERE id = COALESCE(
     (SELECT id FROM (SELECT id, role ${BEGINNING} LIMIT ${BEGINNING_MESSAGES}) AS beginning WHERE role = 'user' LIMIT 1),
     (SELECT id ${BEGINNING} LIMIT 1)))`;

/** A long session goes in steps of some milliseconds, all of them in one unit. */
const DELETE_STEP = `DELETE FROM conversations WHERE id IN (
  SELECT id FROM conversations WHERE session_id = ? ORDER BY "timestamp", id LIMIT 200)`;

type SessionRow = SessionEntity & { preview: string | null };

const SESSIONS = {
  expressions: {
    preview: ofBeginning(`substr(content, 1, ${PREVIEW_CHARACTERS})`),
    [READ_BYTES]: ofBeginning('octet_length(content)'),
  },
  sortBy: 'lastMessageAt',
  order: 'DESC',
} as const satisfies ListOf<SessionEntity>;

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
    const toolCalls = message.toolCalls ? this.json.checked(message.toolCalls) : null;
    return toMessage(await saveRow(this.database, MessageEntity, newRow(message), CONVERSATIONS), toolCalls);
  }

  /** All messages of a session, oldest first; none where the session is unknown. */
  async getSessionMessages(sessionId: string): Promise<MessageIn<Json>[]> {
    const wanted = validate(SessionIdDto, { sessionId });
    return this.database.read(() => readThrough(this.messagesOf(wanted.sessionId, 'ASC'), this.toAnswer));
  }

  /** The sessions with the most recent activity. @param limit 1 to 200. */
  async getRecentSessions(limit = 10): Promise<SessionDto[]> {
    const wanted = validate(SessionsQueryDto, { limit });
    return this.database.read(() => readThrough(this.sessionsIn({}), toSession, wanted.limit));
  }

  /** One page of the sessions, most recent activity first; `since` and `until` apply to the last message. */
  async findSessions(input: Partial<SessionsQueryDto> = {}): Promise<Page<SessionDto>> {
    const { limit, cursor, since, until } = validate(SessionsQueryDto, input);
    const scope = scopeOf('sessions', { since, until });
    const parts = this.sessionsIn({ since, until });
    return answerPage(this.database, { limit, cursor, scope }, parts, toSession);
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
    const parts = this.messagesOf(wanted.sessionId, order === 'asc' ? 'ASC' : 'DESC');
    const page = await answerPage(this.database, { limit, cursor, scope }, parts, this.toAnswer);
    if (page.items.length === 0 && !(await this.isKnown(wanted.sessionId))) throw notFound('session');
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
        // The summary goes first: the trigger that keeps it true then has nothing to do for each message.
        await manager.delete(SessionEntity, wanted);
        let [found, more] = [false, true];
        while (more) {
          await manager.query(DELETE_STEP, [wanted.sessionId]);
          const [step] = await manager.query<{ deleted: number }[]>('SELECT changes() AS deleted');
          more = step !== undefined && step.deleted > 0;
          found ||= more;
          if (more) await nextTurn();
        }
        return found;
      },
      CONVERSATIONS,
      { allowOnFullDisk: true },
    );
  }

  private isKnown(sessionId: string): Promise<boolean> {
    return this.database.read(() => this.sessions.existsBy({ sessionId }));
  }

  private sessionsIn(span: Pick<ListOf<SessionEntity>, 'since' | 'until'>): SliceReader<SessionRow> {
    return (part) => readSlice(this.sessions, { ...SESSIONS, ...span, ...part });
  }

  private messagesOf(sessionId: string, order: 'ASC' | 'DESC'): SliceReader<MessageEntity> {
    const oneOf = { sessionId: [sessionId] };
    return (part) => readSlice(this.messages, { oneOf, sortBy: 'timestamp', order, ...part });
  }

  private readonly toAnswer = (row: MessageEntity): MessageIn<Json> | Promise<MessageIn<Json>> =>
    row.toolCalls === null
      ? toMessage(row, null)
      : whenThere(this.json.stored(row.toolCalls), (toolCalls) => toMessage(row, toolCalls));
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
