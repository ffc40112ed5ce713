import { CursorField, LimitField, TimestampField } from '../validation/index.js';

/** The query parameter of a list of which one page mostly holds all. */
export class CursorQueryDto {
  @CursorField()
  cursor?: string;
}

/** The query parameters that every list has. */
export class PageQueryDto {
  @LimitField({ max: 200, fallback: 50 })
  limit = 50;

  @CursorField()
  cursor?: string;
}

/** The query parameters of a list that can be cut to a span of time. */
export class SpanQueryDto extends PageQueryDto {
  @TimestampField({ description: 'From this moment on (inclusive).', optional: true })
  since?: string;

  @TimestampField({ description: 'Up to this moment (exclusive).', optional: true, notBefore: 'since' })
  until?: string;
}

/** The argument of the in-process lists that begin at a moment. */
export class SinceDto {
  @TimestampField({ description: 'From this moment on (inclusive).' })
  since!: string;
}
