import { Body, Delete, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { created, wrapPage, wrap, requireDeleted } from '../http/endpoint/envelopes.js';
import { Conditional, ConditionalAnswers, type SerializedAnswer } from '../http/etags/conditional.js';
import { MAX_MEMORY_BODY_BYTES } from '../http/body/index.js';
import { BODY_PROBLEMS, Endpoint, READ_PROBLEMS, WRITE_PROBLEMS } from '../http/endpoint/endpoint.js';
import { MemoryController } from '../http/endpoint/memory-controller.js';
import { OPERATORS, READERS, WRITERS } from '../auth/roles.js';
import { CONVERSATIONS_TOPIC, ConversationsTextService } from './conversations.service.js';
import {
  CreateMessageDto,
  MessagesQueryDto,
  SessionIdDto,
  SessionsQueryDto,
} from './dto/conversation.request.js';
import { MessageAnswer, MessageListAnswer, SessionListAnswer } from './dto/conversation.response.js';

@MemoryController('conversations')
export class ConversationsController {
  constructor(
    private readonly conversations: ConversationsTextService,
    private readonly answers: ConditionalAnswers,
  ) {}

  @Post()
  @Endpoint({
    body: MAX_MEMORY_BODY_BYTES,
    roles: WRITERS,
    summary: 'Save one turn of a conversation',
    description: 'The first message of a session makes the session. The answer means that it is on disk.',
    status: 201,
    answer: MessageAnswer,
    problems: BODY_PROBLEMS,
    location: true,
  })
  save(
    @Body() body: CreateMessageDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<MessageAnswer> {
    return created(
      response,
      wrap('message', this.conversations.saveMessage(body)),
      ({ message }) => message.sessionId,
    );
  }

  @Get()
  @Conditional()
  @Endpoint({
    roles: READERS,
    takesQuery: true,
    summary: 'List conversations, most recent activity first',
    description: '`since` and `until` apply to the last message of a session.',
    answer: SessionListAnswer,
    problems: [...READ_PROBLEMS, 'validation_failed'],
  })
  list(
    @Query() query: SessionsQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SerializedAnswer<SessionListAnswer> | undefined> {
    return this.answers.respond(response, CONVERSATIONS_TOPIC, () =>
      wrapPage('sessions', this.conversations.findSessions(query)),
    );
  }

  @Get(':sessionId')
  @Conditional()
  @Endpoint({
    roles: READERS,
    takesQuery: true,
    summary: 'List the messages of a conversation, oldest first unless said',
    answer: MessageListAnswer,
    problems: [...READ_PROBLEMS, 'validation_failed', 'not_found', 'gone'],
  })
  messages(
    @Param() { sessionId }: SessionIdDto,
    @Query() query: MessagesQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SerializedAnswer<MessageListAnswer> | undefined> {
    return this.answers.respond(response, CONVERSATIONS_TOPIC, async () => ({
      sessionId,
      ...(await wrapPage('messages', this.conversations.findMessages(sessionId, query))),
    }));
  }

  @Delete(':sessionId')
  @Endpoint({
    roles: OPERATORS,
    summary: 'Delete a conversation with all its messages',
    status: 204,
    problems: [...WRITE_PROBLEMS, 'validation_failed', 'not_found'],
  })
  delete(@Param() { sessionId }: SessionIdDto): Promise<void> {
    return requireDeleted('session', this.conversations.deleteSession(sessionId));
  }
}
