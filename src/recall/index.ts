export { RecallModule, RecallServiceModule } from './recall.module.js';
export { RecallService, RecallTextService, type SearchPage, type SearchQuery } from './recall.service.js';
export type { SearchResult } from './result-reader.js';
export { SearchQueryDto } from './dto/search.request.js';
export { SearchAnswer, SearchResultDto } from './dto/search.response.js';
export { COUNT_TOKENS } from './context/count-tokens.js';
export { TokenCounter } from './context/tokens.js';
export { ContextRequestDto } from './dto/context.request.js';
export { ContextAnswer } from './dto/context.response.js';
