/** What a caller may do. One role each; the owner's own tokens are `operator`. */
export const ROLES = ['operator', 'writer', 'reader', 'ingest'] as const;
export type Role = (typeof ROLES)[number];

/** Who may read: everybody but those that only deliver. */
export const READERS: readonly Role[] = ['reader', 'writer', 'operator'];
/** Who may save what happened and how the cluster is: monitors and scripts as well. */
export const INGESTERS: readonly Role[] = ['ingest', 'writer', 'operator'];
/** Who may save anything. */
export const WRITERS: readonly Role[] = ['writer', 'operator'];
/** Who may delete and administer. */
export const OPERATORS: readonly Role[] = ['operator'];

/** The metadata of a route that holds the roles that may call it; set by `@Endpoint({ roles })`. */
export const ROUTE_ROLES = 'roles of a route';
