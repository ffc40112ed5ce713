import { describeError, isError, redactSecrets } from '../../problems/described-error.js';

/**
 * Member names, in lower case, whose values are redacted at any depth of a logged object. No code logs them on purpose:
 * this limits the harm of a mistake.
 */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  'apikey',
  'authorization',
  'body',
  'cookie',
  'current',
  'database_url',
  'headers',
  'jarvis_password',
  'jwt_secret',
  'jwt_secret_previous',
  'key',
  'next',
  'parameters',
  'password',
  'secret',
  'set-cookie',
  'token',
  'x-api-key',
]);

const HIDDEN = '[hidden]';
const MAX_DEPTH = 6;
/** No token and no key is shorter; most other texts are, and need no search. */
const MIN_SECRET_LENGTH = 16;

/**
 * Copies an object for the log: the members above are redacted, errors described, and tokens and keys removed from texts.
 * Pino's own redaction takes fifty microseconds a line for nested members.
 */
export function redact(members: object, levelsLeft = MAX_DEPTH): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members) as [string, unknown][]) {
    copy[name] = SECRET_NAMES.has(name.toLowerCase()) ? HIDDEN : redactValue(value, levelsLeft);
  }
  return copy;
}

function redactValue(value: unknown, levelsLeft: number): unknown {
  if (typeof value === 'string') return value.length < MIN_SECRET_LENGTH ? value : redactSecrets(value);
  if (typeof value !== 'object' || value === null) return value;
  if (levelsLeft === 0) return HIDDEN;
  if (isError(value)) return describeError(value);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, levelsLeft - 1));
  return value instanceof Date ? value : redact(value, levelsLeft - 1);
}
