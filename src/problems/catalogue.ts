/** The description of a kind of problem. */
interface ProblemKind {
  /** HTTP status code. */
  readonly status: number;
  /** Short summary that does not change from occurrence to occurrence (RFC 9457, section 3.1.3). */
  readonly title: string;
  /** What the caller can do about it. */
  readonly remedy: string;
}

/**
 * Every problem that the service can answer with, by its stable `code`: the source for errors, the OpenAPI document
 * and `GET /api/problems/:code`.
 */
export const PROBLEMS = {
  validation_failed: {
    status: 400,
    title: 'The request is not valid',
    remedy: 'Correct the fields that `errors` names.',
  },
  malformed_json: {
    status: 400,
    title: 'The body is not JSON',
    remedy: 'Send one JSON object, encoded as UTF-8.',
  },
  too_many_values: {
    status: 400,
    title: 'The body holds too many JSON values',
    remedy: 'Send fewer at once: 200 000 values in a body, of which 20 000 may lie outside its documents.',
  },
  malformed_request: {
    status: 400,
    title: 'The request cannot be read',
    remedy: 'Check the URL (percent-encode what is not plain ASCII) and the headers.',
  },
  unauthorized: {
    status: 401,
    title: 'A valid token or API key is needed',
    remedy:
      'Log in with POST /api/auth/login and send the token as `Authorization: Bearer <token>`, or send an API key as `X-API-Key`.',
  },
  wrong_password: {
    status: 401,
    title: 'The password is wrong',
    remedy: 'Use JARVIS_PASSWORD, or the password that was printed on the first start.',
  },
  forbidden: {
    status: 403,
    title: 'The role, or the page that asks, does not allow this',
    remedy: 'Use a token or an API key whose role `detail` names, or a page of this service.',
  },
  not_found: {
    status: 404,
    title: 'There is nothing here',
    remedy: 'Check the path, the id or the key; GET /api/docs lists every route.',
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long to arrive',
    remedy: 'Send it again, faster and without a pause; REQUEST_TIMEOUT says how long it may take.',
  },
  conflict: {
    status: 409,
    title: 'This cannot be done now',
    remedy: '`detail` says what stands in the way.',
  },
  gone: {
    status: 410,
    title: 'It was forgotten',
    remedy: '`detail` says when, and by which rule of retention. A backup from before may have it.',
  },
  payload_too_large: {
    status: 413,
    title: 'The body is too large',
    remedy: 'Send less at once.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body has to be JSON',
    remedy: 'Send `Content-Type: application/json`, encoded as UTF-8.',
  },
  too_many_requests: {
    status: 429,
    title: 'Too many requests',
    remedy: 'Wait for as many seconds as `Retry-After` says.',
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large',
    remedy: 'Send fewer or shorter headers: 16 KB at most.',
  },
  data_damaged: {
    status: 500,
    title: 'What is stored here is damaged',
    remedy:
      'All else is served. `jarvis-memory check` says what is damaged; a backup from before has it (docs/12-recovery.md).',
  },
  internal_error: {
    status: 500,
    title: 'The service made a mistake',
    remedy: 'Look for `requestId` in the log of the service.',
  },
  database_unavailable: {
    status: 503,
    title: 'The database cannot be used',
    remedy:
      'GET /api/health says how the database is, the log says why. Where it was down from the start, remove the cause and restart.',
  },
  database_busy: {
    status: 503,
    title: 'The database is busy',
    remedy: 'Try again after as many seconds as `Retry-After` says. Another program may be using the file.',
  },
  read_queue_full: {
    status: 503,
    title: 'Too many long reads are waiting',
    remedy:
      'Try again after as many seconds as `Retry-After` says; READER_THREADS says how many are done at once.',
  },
  write_queue_full: {
    status: 503,
    title: 'Too many writes are waiting',
    remedy: 'Nothing was written. Try again after as many seconds as `Retry-After` says.',
  },
  too_many_streams: {
    status: 503,
    title: 'Too many are listening',
    remedy: 'Close one that is no longer needed, or try again after as many seconds as `Retry-After` says.',
  },
  traffic_full: {
    status: 503,
    title: 'Too many bytes are on their way',
    remedy:
      'Nothing was done. Send or ask for less at once, and try again after as many seconds as `Retry-After` says; TRAFFIC_BUDGET says how much there may be.',
  },
  storage_full: {
    status: 507,
    title: 'The disk is full',
    remedy:
      'Nothing was written. Free some space on the disk that holds the database, or delete what is no longer needed; the service goes on by itself.',
  },
} as const satisfies Record<string, ProblemKind>;

/** The stable, snake_case name of a kind of problem. */
export type ProblemCode = keyof typeof PROBLEMS;

/** The `type` member of RFC 9457: a reference that answers with the description of the kind. */
export function problemType(code: ProblemCode): string {
  return `/api/problems/${code}`;
}
