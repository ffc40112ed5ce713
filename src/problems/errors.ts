import { PROBLEMS, type ProblemCode } from './catalogue.js';
import { ProblemError } from './problem.error.js';

/**
 * The `code` of an error, such as `ENOENT` or `SQLITE_BUSY`. Checks the shape: errors of Node and of native modules
 * need not be instances of this realm's `Error`.
 */
export function codeOf(error: unknown): string | undefined {
  const code: unknown =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The error that another thread has told of: problems are problems here as well. */
export function errorOf({
  message,
  code,
}: {
  readonly message: string;
  readonly code: string | undefined;
}): Error {
  if (code !== undefined && Object.hasOwn(PROBLEMS, code))
    return new ProblemError(code as ProblemCode, message);
  return Object.assign(new Error(message), { code });
}

/** The message of an error with its causes, in one line, for logs and terminals: it may contain paths. */
export function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  if (error instanceof ProblemError && error.errors) {
    return error.errors.map(({ field, message }) => `${field} ${message}`).join('; ');
  }
  const cause = 'cause' in error && error.cause !== undefined ? ` (${reasonOf(error.cause)})` : '';
  return `${String(error.message)}${cause}`;
}
