export { ConversationsModule, ConversationsServiceModule, conversationsOf } from './conversations.module.js';
export {
  CONVERSATIONS_TOPIC,
  ConversationsService,
  ConversationsTextService,
} from './conversations.service.js';
export { MessageDto, SessionDto } from './dto/conversation.response.js';
export {
  CreateMessageDto,
  MessagesQueryDto,
  SessionsQueryDto,
  type MessageInput,
} from './dto/conversation.request.js';
export * from './message.values.js';
