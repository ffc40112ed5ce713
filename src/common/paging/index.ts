export { mapPage, readPage, scopeOf, type Page } from './keyset-page.js';
export { PageQueryDto, SinceDto, SpanQueryDto } from './page-query.dto.js';
