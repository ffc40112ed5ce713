import { CursorField, LimitField, TimestampField } from '../validation/index.js';

/** The query parameter of a list that mostly fits on one page. */
export class CursorQueryDto {
  @CursorField()
  cursor?: string;
}

/** The query parameters of every list. */
export class PageQueryDto {
  @LimitField({ max: 200, fallback: 50 })
  limit = 50;

  @CursorField()
  cursor?: string;
}

/** The query parameters of a list that can be limited to a time span. */
export class SpanQueryDto extends PageQueryDto {
  @TimestampField({ description: 'From this moment on (inclusive).', optional: true })
  since?: string;

  @TimestampField({ description: 'Up to this moment (exclusive).', optional: true, notBefore: 'since' })
  until?: string;
}

/** The argument of in-process lists from a timestamp on. */
export class SinceDto {
  @TimestampField({ description: 'From this moment on (inclusive).' })
  since!: string;
}
