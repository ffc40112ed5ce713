export { ConversationsModule, ConversationsServiceModule } from './conversations.module.js';
export { ConversationsService } from './conversations.service.js';
export { MessageDto, SessionDto } from './dto/conversation.response.js';
export {
  CreateMessageDto,
  MessagesQueryDto,
  SessionsQueryDto,
  type MessageInput,
} from './dto/conversation.request.js';
export * from './message.values.js';
