/** The metadata of a route that holds the largest body that it takes, in bytes; set by `@Endpoint({ body })`. */
export const BODY_LIMIT = 'largest body of a route';

/** Where a route says nothing else. */
export const USUAL_BODY = 65_536;
export const LOGIN_BODY = 16_384;
/** What saves memory: a snapshot of 16 MB, with room for what surrounds it. */
export const MEMORY_BODY = 16 * 1_048_576 + 65_536;
