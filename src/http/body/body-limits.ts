/** The metadata key of the largest body that a route takes, in bytes; set by `@Endpoint({ body })`. */
export const BODY_LIMIT_METADATA = 'largest body of a route';

/** The limit of a route that sets none. */
export const DEFAULT_BODY_BYTES = 65_536;
export const MAX_LOGIN_BODY_BYTES = 16_384;
/** For routes that write memory: a snapshot of 16 MB, with room for the other fields. */
export const MAX_MEMORY_BODY_BYTES = 16 * 1_048_576 + 65_536;
