import { cleanEnv, EnvError, host, makeValidator, port, str, type CleanedEnv } from 'envalid';
import ms, { type StringValue } from 'ms';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const;
const SHORTEST_SECRET_BYTES = 32;
const LONGEST_PASSWORD = 1024;
const LONGEST_SPAN_MS = ms('100y');
const DEFAULT_FILE = './data/jarvis.db';

/** An empty variable, as a compose file may leave it, counts as none. */
const file = makeValidator<string>((value) => value || DEFAULT_FILE);

const secret = makeValidator<string>((value) => {
  if (Buffer.byteLength(value) >= SHORTEST_SECRET_BYTES) return value;
  throw new EnvError(`must be at least ${SHORTEST_SECRET_BYTES} bytes; try: openssl rand -base64 48`);
});

const password = makeValidator<string>((value) => {
  if (value.length > 0 && value.length <= LONGEST_PASSWORD) return value;
  throw new EnvError(`must have 1 to ${LONGEST_PASSWORD} characters; leave it out to have one made`);
});

const duration = makeValidator<string>((value) => {
  const milliseconds = ms(value as StringValue) as number | undefined;
  if (milliseconds !== undefined && milliseconds >= 1000 && milliseconds <= LONGEST_SPAN_MS) return value;
  throw new EnvError('must be a time span from a second to a hundred years, such as 7d, 12h or 30m');
});

const origins = makeValidator<string[]>((value) => {
  const list = value.split(',').map((origin) => origin.trim());
  const wrong = list.find((origin) => origin !== '' && !isOrigin(origin));
  if (wrong === undefined) return list.filter((origin) => origin !== '');
  throw new EnvError(`"${wrong}" is not an origin such as http://dashboard.lan:3000 (comma between two)`);
});

const SPECIFICATION = {
  PORT: port({ default: 4000, desc: 'TCP port' }),
  HOST: host({ default: '127.0.0.1', desc: 'address to listen on' }),
  DB_PATH: file({ default: DEFAULT_FILE, desc: 'the SQLite file' }),
  JARVIS_PASSWORD: password({ default: undefined, desc: 'the password of the owner' }),
  JWT_SECRET: secret({ default: undefined, desc: 'signs the tokens' }),
  JWT_EXPIRES_IN: duration({ default: '7d', desc: 'how long a token lives' }),
  CORS_ORIGINS: origins({ default: [], desc: 'origins that may call from a browser' }),
  LOG_LEVEL: str({ default: 'log', choices: LOG_LEVELS, desc: 'the least severe messages that are logged' }),
};

/** The settings of the service, read from the environment once and checked. */
export type Environment = Readonly<CleanedEnv<typeof SPECIFICATION>>;

/** The dependency injection token of `Environment`. */
export const ENVIRONMENT = Symbol('environment');

/**
 * @throws Error with one line for each variable that is wrong.
 */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const checked = cleanEnv(variables, SPECIFICATION, {
    reporter: ({ errors }) => {
      const mistakes = Object.entries(errors).map(([name, error]) => `  ${name}: ${error.message}`);
      if (mistakes.length > 0) throw new Error(`The environment is not valid:\n${mistakes.join('\n')}`);
    },
  });
  // A plain object: envalid's own throws at whoever looks at a member that it does not have, as Nest does.
  return { ...checked };
}

/** The database file alone, for the TypeORM command line, which needs none of the other settings. */
export function databaseFile(variables: NodeJS.ProcessEnv = process.env): string {
  return variables['DB_PATH'] || DEFAULT_FILE;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** The levels to log: the given one and all that are more severe. */
export function logLevelsFrom(least: Environment['LOG_LEVEL']): (typeof LOG_LEVELS)[number][] {
  return LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(least) + 1);
}
