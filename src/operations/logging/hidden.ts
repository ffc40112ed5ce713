import { describeError, isError, withoutSecrets } from '../../problems/described-error.js';

/**
 * What is hidden wherever an object is logged, however deep and in whatever case. Nothing of it is meant to be logged
 * at all: this is for the mistake that is made one day.
 */
const NAMES: ReadonlySet<string> = new Set([
  'authorization',
  'body',
  'cookie',
  'current',
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
const DEEPEST = 6;
/** No token and no key is shorter, and most texts are. */
const SHORTEST_SECRET = 16;

/**
 * A copy of an object as it may be logged: without what is called by one of the names above, errors described, tokens
 * and keys taken out of texts. Pino's own redaction costs fifty microseconds a line where it looks below the surface.
 */
export function loggable(members: object, levelsLeft = DEEPEST): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members) as [string, unknown][]) {
    copy[name] = NAMES.has(name.toLowerCase()) ? HIDDEN : loggableValue(value, levelsLeft);
  }
  return copy;
}

function loggableValue(value: unknown, levelsLeft: number): unknown {
  if (typeof value === 'string') return value.length < SHORTEST_SECRET ? value : withoutSecrets(value);
  if (typeof value !== 'object' || value === null) return value;
  if (levelsLeft === 0) return HIDDEN;
  if (isError(value)) return describeError(value);
  if (Array.isArray(value)) return value.map((item) => loggableValue(item, levelsLeft - 1));
  return value instanceof Date ? value : loggable(value, levelsLeft - 1);
}
