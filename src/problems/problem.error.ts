import { PROBLEMS, type ProblemCode } from './catalogue.js';

/** One invalid field of the input. `field` is a path such as `events.3.type`; empty for the body as a whole. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

interface ProblemExtras {
  readonly errors?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/**
 * The only error that services throw deliberately. In-process callers read `code`; over HTTP it becomes
 * `application/problem+json` (RFC 9457).
 */
export class ProblemError extends Error {
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: ProblemCode,
    detail: string,
    extras: ProblemExtras = {},
  ) {
    super(detail, { cause: extras.cause });
    this.name = 'ProblemError';
    this.status = PROBLEMS[code].status;
    this.errors = extras.errors;
    this.retryAfterSeconds = extras.retryAfterSeconds;
  }
}

const MAX_LISTED_ERRORS = 20;

/**
 * The problem for invalid input.
 * @param errors all errors; those past the first twenty are counted but not listed, to bound the answer.
 */
export function invalidInput(errors: readonly FieldError[]): ProblemError {
  const listed = errors.slice(0, MAX_LISTED_ERRORS);
  const fields = listed.map(({ field }) => field || 'the body').join(', ');
  const more = errors.length - listed.length;
  const detail = `Not valid: ${fields}${more > 0 ? ` and ${more} more` : ''}.`;
  return new ProblemError('validation_failed', detail, { errors: listed });
}

/** The problem for a resource that does not exist. */
export function notFound(what: string): ProblemError {
  return new ProblemError('not_found', `There is no such ${what}.`);
}
