export type { Position } from './cursor.js';
export {
  answerPage,
  mapPage,
  readPage,
  readThrough,
  scopeOf,
  type Page,
  type Part,
  type Slice,
  type SliceReader,
} from './keyset-page.js';
export { CursorQueryDto, PageQueryDto, SinceDto, SpanQueryDto } from './page-query.dto.js';
