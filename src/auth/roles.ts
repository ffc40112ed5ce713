/** The roles of callers, one each; the owner's tokens have `operator`. */
export const ROLES = ['operator', 'writer', 'reader', 'ingest'] as const;
export type Role = (typeof ROLES)[number];

/** The roles that may read: all but `ingest`. */
export const READERS: readonly Role[] = ['reader', 'writer', 'operator'];
/** The roles that may save events and snapshots, as monitors and scripts do. */
export const INGESTERS: readonly Role[] = ['ingest', 'writer', 'operator'];
/** The roles that may save anything. */
export const WRITERS: readonly Role[] = ['writer', 'operator'];
/** The roles that may delete and administer. */
export const OPERATORS: readonly Role[] = ['operator'];

/** The metadata key of the roles that may call a route; set by `@Endpoint({ roles })`. */
export const ROUTE_ROLES = 'roles of a route';
