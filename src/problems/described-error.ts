/** The loggable description of an error, without secrets and row values. */
export interface DescribedError {
  readonly type: string;
  readonly message: string;
  /** The stack, then the failed statement, then the causes. */
  readonly stack: string;
}

const MAX_CAUSES = 5;
const MAX_STATEMENT_CHARACTERS = 1000;
/** Shorter values occur in every text by chance; redacting them would garble it. */
const MIN_REDACTED_CHARACTERS = 3;

/** Tokens and API keys of the service, and passwords in URLs of a database, anywhere in a text. */
const SECRET_PATTERN =
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*|\bjm_[\w-]{16,}|\b(?:Bearer|Basic)\s+[\w.~+/=-]{8,}|(?<=:\/\/[^\s:/@]*:)[^\s/@]+(?=@)|(?<=[?&]password=)[^\s&#]+/gi;

/** Redacts tokens, keys and passwords, which are recognized by their form. */
export function redactSecrets(text: string): string {
  return text.replace(SECRET_PATTERN, '[hidden]');
}

/**
 * Describes an error with its stack and the failed statement, but without the statement's parameters, which are user
 * data. TypeORM keeps them on the error, and the database may repeat one in its message.
 */
export function describeError(error: unknown, causesLeft = MAX_CAUSES): DescribedError {
  if (!isError(error)) return { type: typeof error, message: redactSecrets(textOf(error)), stack: '' };
  const hidden = (text: string): string => redactSecrets(redactValues(text, parametersOf(error)));
  const parts = [hidden(error.stack ?? '')];
  if (typeof error.query === 'string')
    parts.push(`    SQL: ${error.query.slice(0, MAX_STATEMENT_CHARACTERS)}`);
  if (isError(error.cause) && causesLeft > 0) {
    parts.push(`Caused by ${describeError(error.cause, causesLeft - 1).stack}`);
  }
  return { type: error.name, message: hidden(error.message), stack: parts.join('\n') };
}

/** Checks the shape: an error of a native module, or of another realm, is no instance of this realm's `Error`. */
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

function parametersOf({ parameters }: { parameters?: unknown }): string[] {
  const values = Array.isArray(parameters) ? (parameters as unknown[]) : [];
  return values
    .filter((value) => typeof value === 'string')
    .filter(({ length }) => length >= MIN_REDACTED_CHARACTERS);
}

function redactValues(text: string, values: readonly string[]): string {
  return values.reduce((rest, value) => rest.replaceAll(value, '?'), text);
}
