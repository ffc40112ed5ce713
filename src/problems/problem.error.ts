import { PROBLEMS, type ProblemCode } from './catalogue.js';

/** One mistake in the input. `field` is a path such as `events.3.type`; empty for the body as a whole. */
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
 * The one error that services throw on purpose. In-process callers read `code`;
 * over HTTP it becomes `application/problem+json` (RFC 9457).
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

const MOST_ERRORS = 20;

/**
 * Input that breaks a rule.
 * @param errors all that is wrong; what is past the first twenty is counted, not listed, to bound the answer.
 */
export function invalidInput(errors: readonly FieldError[]): ProblemError {
  const listed = errors.slice(0, MOST_ERRORS);
  const fields = listed.map(({ field }) => field || 'the body').join(', ');
  const more = errors.length - listed.length;
  const detail = `Not valid: ${fields}${more > 0 ? ` and ${more} more` : ''}.`;
  return new ProblemError('validation_failed', detail, { errors: listed });
}

/** A single row that was asked for and is not there. */
export function notFound(what: string): ProblemError {
  return new ProblemError('not_found', `There is no such ${what}.`);
}
