export { decodeCursor, encodeCursor, type Position } from './cursor.js';
export {
  answerLargePage,
  answerPage,
  mapRows,
  MAX_PAGE_BYTES,
  readAll,
  scopeOf,
  SMALL_PAGE_BYTES,
  type Page,
  type Part,
  type Slice,
  type SliceReader,
  type ToAnswer,
} from './keyset-page.js';
export { CursorQueryDto, PageQueryDto, SinceDto, SpanQueryDto } from './page-query.dto.js';
