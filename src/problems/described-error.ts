/** What may be written down of an error. */
export interface DescribedError {
  readonly type: string;
  readonly message: string;
  /** The stack, then the statement that failed, then what caused it. */
  readonly stack: string;
}

const MOST_CAUSES = 5;
const LONGEST_STATEMENT = 1000;
/** Shorter values are in every text; hiding them would say more than it hides. */
const SHORTEST_VALUE = 3;

/** Tokens of the service and its API keys, whatever text they have come into. */
const SECRETS = /\beyJ[\w-]+\.[\w-]+\.[\w-]*|\bjm_[\w-]{16,}|\b(?:Bearer|Basic)\s+[\w.~+/=-]{8,}/gi;

/** A text without the tokens and keys that are known by their form. */
export function withoutSecrets(text: string): string {
  return text.replace(SECRETS, '[hidden]');
}

/**
 * An error in text: with its stack and the statement that failed, but none of the values of the statement, which are
 * somebody's words. TypeORM keeps them on the error, and the database may repeat one in its message.
 */
export function describeError(error: unknown, causesLeft = MOST_CAUSES): DescribedError {
  if (!isError(error)) return { type: typeof error, message: withoutSecrets(textOf(error)), stack: '' };
  const hidden = (text: string): string => withoutSecrets(withoutValues(text, valuesOf(error)));
  const parts = [hidden(error.stack ?? '')];
  if (typeof error.query === 'string') parts.push(`    SQL: ${error.query.slice(0, LONGEST_STATEMENT)}`);
  if (isError(error.cause) && causesLeft > 0) {
    parts.push(`Caused by ${describeError(error.cause, causesLeft - 1).stack}`);
  }
  return { type: error.name, message: hidden(error.message), stack: parts.join('\n') };
}

/** By its shape: an error of a native module, or of another realm, is no instance of this one's `Error`. */
export function isError(value: unknown): value is Error & { query?: unknown; parameters?: unknown } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'message' in value &&
    typeof value.message === 'string' &&
    'stack' in value
  );
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? 'nothing was said' : Object.prototype.toString.call(value);
}

function valuesOf({ parameters }: { parameters?: unknown }): string[] {
  const values = Array.isArray(parameters) ? (parameters as unknown[]) : [];
  return values.filter((value) => typeof value === 'string').filter(({ length }) => length >= SHORTEST_VALUE);
}

function withoutValues(text: string, values: readonly string[]): string {
  return values.reduce((rest, value) => rest.replaceAll(value, '?'), text);
}
