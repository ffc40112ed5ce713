import type { Schemas } from './types.js';

/** What could not be done: a problem document of the API (RFC 9457), or no answer at all. */
export class Problem extends Error {
  constructor(
    message: string,
    /** 0 where the service could not be reached. */
    readonly status: number,
    readonly code: string,
    readonly requestId?: string,
    readonly errors: readonly Schemas['FieldErrorDto'][] = [],
  ) {
    super(message);
  }

  /** What was wrong with each field, or the problem itself, in words. */
  get words(): string {
    if (this.errors.length === 0) return this.message;
    return this.errors.map(({ field, message }) => `${field} ${message}`.trim()).join('; ');
  }
}

export function unreachable(): Problem {
  return new Problem('The service does not answer.', 0, 'unreachable');
}

/** The problem of an answer. */
export function problemOf(body: unknown, response: Response): Problem {
  const { detail, title, code, requestId, errors } = (isRecord(body) ? body : {}) as Partial<
    Schemas['ProblemDto']
  >;
  const id = requestId ?? response.headers.get('X-Request-Id') ?? undefined;
  return new Problem(
    detail ?? title ?? `The service answered ${response.status}.`,
    response.status,
    code ?? 'unknown',
    id,
    errors,
  );
}

/** Anything thrown as a problem to show. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(error instanceof Error ? error.message : String(error), 0, 'unexpected');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
