export { ConversationsModule, ConversationsServiceModule, conversationsOf } from './conversations.module.js';
export {
  CONVERSATIONS_TOPIC,
  ConversationsService,
  ConversationsTextService,
} from './conversations.service.js';
export { UsageService } from './usage/usage.service.js';
export { MessageDto, SessionDto, type MessageWith } from './dto/conversation.response.js';
export {
  CreateMessageDto,
  MessagesQueryDto,
  SessionsQueryDto,
  type MessageInput,
} from './dto/conversation.request.js';
export { UsageQueryDto, type UsageGroup } from './usage/dto/usage.request.js';
export { UsageAnswer, UsageDto, UsageSumsDto } from './usage/dto/usage.response.js';
export * from './message.values.js';
export { forgetMessages, type ForgottenMessages } from './forget-messages.js';
