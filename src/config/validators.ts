import { isIP } from 'node:net';
import { Cron } from 'croner';
import { EnvError, makeValidator } from 'envalid';
import ms, { type StringValue } from 'ms';
import { budgetRule, conversationRule, eventRule, snapshotRule } from '../retention-rules/notation.js';
import { isTimeZone } from '../time/days.js';

/** The default of `DB_PATH`. */
export const DEFAULT_FILE = './data/jarvis.db';
export const MB = 1_048_576;
const MIN_BUDGET_BYTES = 32 * MB;
const MIN_SECRET_BYTES = 32;
const MAX_PASSWORD_CHARACTERS = 1024;
const MAX_DURATION_MS = ms('100y');
const MAX_STATEMENT_MS = ms('1d');

/** An empty variable, as a compose file may leave it, counts as unset. White space around a path is removed. */
export const fileOf = (value: string | undefined): string => value?.trim() || DEFAULT_FILE;

export const file = makeValidator<string>(fileOf);

export const secret = makeValidator<string>((value) => {
  if (Buffer.byteLength(value) >= MIN_SECRET_BYTES) return value;
  throw new EnvError(`must be at least ${MIN_SECRET_BYTES} bytes; try: openssl rand -base64 48`);
});

export const password = makeValidator<string>((value) => {
  if (value.length > 0 && value.length <= MAX_PASSWORD_CHARACTERS) return value;
  throw new EnvError(`must have 1 to ${MAX_PASSWORD_CHARACTERS} characters; leave it out to have one made`);
});

export const duration = makeValidator<string>((value) => {
  const milliseconds = ms(value as StringValue) as number | undefined;
  if (milliseconds !== undefined && milliseconds >= 1000 && milliseconds <= MAX_DURATION_MS) return value;
  throw new EnvError('must be a time span from a second to a hundred years, such as 7d, 12h or 30m');
});

/** PostgreSQL counts milliseconds, up to 24 days; a statement of a day is one that nobody waits for. */
export const statementTimeout = makeValidator<string>((value) => {
  const milliseconds = value === '0' ? 0 : ms(value as StringValue);
  if (milliseconds === 0 || (milliseconds >= 1000 && milliseconds <= MAX_STATEMENT_MS)) return value;
  throw new EnvError('must be a time span from a second to a day, such as 30s or 5m; or 0 for none');
});

export const pool = makeValidator<number>((value) => {
  if (/^(?:[1-9]\d?|100)$/.test(value)) return Number(value);
  throw new EnvError('must be a whole number from 1 to 100');
});

export const origins = makeValidator<string[]>((value) => {
  const list = value.split(',').map((origin) => origin.trim());
  const wrong = list.find((origin) => origin !== '' && !isOrigin(origin));
  if (wrong === undefined) return list.filter((origin) => origin !== '');
  throw new EnvError(`"${wrong}" is not an origin such as http://dashboard.lan:3000 (comma between two)`);
});

export const count = makeValidator<number>((value) => {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new EnvError('must be a whole number, 0 or more');
});

/** Each takes a processor and some megabytes while it reads. */
export const threads = makeValidator<number>((value) => {
  if (/^[1-8]$/.test(value)) return Number(value);
  throw new EnvError('must be a whole number from 1 to 8');
});

export const flag = makeValidator<boolean>((value) => {
  if (value === 'true' || value === 'false') return value === 'true';
  throw new EnvError('must be true or false');
});

const UNITS: Readonly<Record<string, number>> = { '': 1, KB: 1024, MB, GB: 1024 * MB };

export const size = makeValidator<number>(sizeOf);

/** With less, two of the largest bodies would not fit at the same time. */
export const budget = makeValidator<number>((value) => {
  const bytes = sizeOf(value);
  if (bytes >= MIN_BUDGET_BYTES) return bytes;
  throw new EnvError('must be 32MB or more');
});

function sizeOf(value: string): number {
  const [, amount, unit = ''] = /^(\d{1,9}) ?(KB|MB|GB)?$/.exec(value) ?? [];
  const factor = UNITS[unit];
  if (amount !== undefined && factor !== undefined) return Number(amount) * factor;
  throw new EnvError('must be a size such as 32MB, 1GB or a number of bytes');
}

export const schedule = makeValidator<string>((value) => {
  try {
    new Cron(value, { paused: true }).stop();
    return value;
  } catch {
    throw new EnvError('must be a cron expression such as "30 3 * * *" (every day at half past three)');
  }
});

/** The text of a rule of retention, once it can be read. */
const ruleText = (read: (text: string) => unknown): ReturnType<typeof makeValidator<string>> =>
  makeValidator<string>((value) => {
    try {
      if (value !== '') read(value);
      return value;
    } catch (error) {
      throw new EnvError((error as Error).message);
    }
  });

export const snapshotCounts = ruleText(snapshotRule);
export const eventAges = ruleText(eventRule);
export const conversationAge = ruleText(conversationRule);
export const budgetText = ruleText(budgetRule);

export const timeZone = makeValidator<string>((value) => {
  if (value === '' || isTimeZone(value)) return value;
  throw new EnvError('must be the name of a time zone, such as Europe/Berlin or UTC');
});

/** The values of Express's `trust proxy`: a number of proxies, or their addresses and networks. */
export const proxies = makeValidator<number | string[] | false>((value) => {
  if (value === 'false') return false;
  if (/^\d{1,2}$/.test(value)) return Number(value);
  const addresses = value.split(',').map((address) => address.trim());
  if (addresses.every(isAddressOrNetwork)) return addresses;
  throw new EnvError('must be false, a number of proxies, or addresses such as 10.0.0.2,192.168.1.0/24');
});

function isAddressOrNetwork(text: string): boolean {
  const [address = '', bits] = text.split('/');
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  return isIP(address) > 0 && (bits === undefined || /^\d{1,3}$/.test(bits));
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
