import { resolve } from 'node:path';
import { cleanEnv, host, port, str, type CleanedEnv } from 'envalid';
import ms, { type StringValue } from 'ms';
import type { DatabaseTarget, DiskLimits } from '../database/index.js';
import { databaseUrl, describeDatabaseUrl } from './database-url.js';
import {
  budget,
  budgetText,
  conversationAge,
  count,
  DEFAULT_FILE,
  duration,
  eventAges,
  file,
  fileOf,
  flag,
  MB,
  origins,
  password,
  pool,
  proxies,
  schedule,
  secret,
  size,
  snapshotCounts,
  statementTimeout,
  threads,
  timeZone,
} from './validators.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const;

/** What names the database, for commands that need no other setting. */
const DATABASE = {
  DB_PATH: file({ default: DEFAULT_FILE, desc: 'the SQLite file' }),
  DATABASE_URL: databaseUrl({
    default: undefined,
    desc: 'a PostgreSQL database, in place of the file: postgres://user:password@host:5432/database',
  }),
  DATABASE_POOL: pool({ default: 10, desc: 'connections to PostgreSQL' }),
  DATABASE_STATEMENT_TIMEOUT: statementTimeout({
    default: '30s',
    desc: 'PostgreSQL ends a statement after this time; 0 for no limit; migrations have none',
  }),
};

/** What is kept free on the disk of a file. */
const DISK = {
  DISK_RESERVE: size({
    default: 32 * MB,
    desc: 'a file of this size is given up when the disk is full; 0 for none',
  }),
  DISK_MIN_FREE: size({ default: 256 * MB, desc: 'less free space than this makes the health degraded' }),
};

const SPECIFICATION = {
  ...DATABASE,
  PORT: port({ default: 4000, desc: 'TCP port' }),
  HOST: host({ default: '127.0.0.1', desc: 'address to listen on' }),
  JARVIS_PASSWORD: password({ default: undefined, desc: 'the password of the owner' }),
  JWT_SECRET: secret({ default: undefined, desc: 'signs the tokens' }),
  JWT_EXPIRES_IN: duration({ default: '7d', desc: 'how long a token lives' }),
  JWT_SECRET_PREVIOUS: secret({
    default: undefined,
    desc: 'the JWT_SECRET before this one: its tokens are still accepted',
  }),
  CORS_ORIGINS: origins({ default: [], desc: 'origins that may call from a browser' }),
  SOCKET_IO: flag({ default: true, desc: 'whether the first dashboard may listen, over Socket.IO' }),
  EXPLORER: flag({ default: true, desc: 'whether the explorer is served, at /ui/' }),
  TRUST_PROXY: proxies({
    default: false,
    desc: 'how many proxies stand before the service, or their addresses: whose X-Forwarded-For is believed',
  }),
  RATE_LIMIT: count({ default: 6000, desc: 'requests a minute that one client may make; 0 for no limit' }),
  REQUEST_TIMEOUT: duration({ default: '60s', desc: 'how long a client may take to send one request' }),
  MAX_CONNECTIONS: count({ default: 1000, desc: 'connections at the same time; 0 for no limit' }),
  MAX_CONNECTIONS_PER_ADDRESS: count({
    default: 250,
    desc: 'connections of one address at the same time; 0 for no limit; proxies of TRUST_PROXY have none, with a number there nobody has',
  }),
  TRAFFIC_BUDGET: budget({
    default: 96 * MB,
    desc: 'bytes of bodies that have arrived and of answers that are not yet sent',
  }),
  LOG_LEVEL: str({ default: 'log', choices: LOG_LEVELS, desc: 'the least severe messages that are logged' }),
  SLOW_QUERY_MS: count({ default: 500, desc: 'a query that takes longer is logged; 0 for none' }),
  READER_THREADS: threads({ default: 1, desc: 'threads for reads that may take long' }),
  BACKUP_DIR: str({ default: undefined, desc: 'where backups go; default: `backups` beside the database' }),
  BACKUP_SCHEDULE: schedule({
    default: undefined,
    desc: 'when backups are made: a cron expression, local time',
  }),
  BACKUP_KEEP: count({ default: 7, desc: 'how many backups of each kind are kept; 0 for all' }),
  BACKUP_GZIP: flag({ default: true, desc: 'whether scheduled backups are compressed' }),
  ...DISK,
  RETENTION_SNAPSHOTS: snapshotCounts({
    default: undefined,
    desc: 'which snapshots are kept, as Proxmox says it: keep-last=60,keep-daily=30',
  }),
  RETENTION_EVENTS: eventAges({
    default: undefined,
    desc: 'how old resolved events of a severity become: info=90d,warning=1y',
  }),
  RETENTION_CONVERSATIONS: conversationAge({
    default: undefined,
    desc: 'how old conversations become after their last message: 2y',
  }),
  MEMORY_BUDGET: budgetText({ default: undefined, desc: 'how large the memory may become: 2GB' }),
  RETENTION_TIME_ZONE: timeZone({
    default: undefined,
    desc: 'whose days and weeks are meant by RETENTION_SNAPSHOTS; default: the zone of the machine',
  }),
  RETENTION_SCHEDULE: schedule({
    default: '30 4 * * *',
    desc: 'when it is forgotten what has to go: a cron expression, in that time zone',
  }),
};

/** What has no effect on a memory in PostgreSQL. */
const OF_FILES: readonly (keyof typeof SPECIFICATION)[] = [
  'DB_PATH',
  'READER_THREADS',
  'DISK_RESERVE',
  'DISK_MIN_FREE',
];

/** The settings of the service, read from the environment once and validated. */
export type Environment = Readonly<CleanedEnv<typeof SPECIFICATION>>;

/** The dependency injection token of `Environment`. */
export const ENVIRONMENT = Symbol('environment');

type DatabaseSettings = Readonly<CleanedEnv<typeof DATABASE>>;
type DiskSettings = Readonly<CleanedEnv<typeof DISK>>;

/** @throws Error with one line for each invalid variable. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  return validated(variables, SPECIFICATION);
}

/**
 * The database that the environment names, for commands.
 * @throws Error with one line for each invalid variable about it; others are not looked at.
 */
export function readDatabaseTarget(variables: NodeJS.ProcessEnv = process.env): DatabaseTarget {
  return databaseTarget(validated(variables, DATABASE));
}

/** Which of the secrets of the service its environment gives: they win over those that are kept with the memory. */
export function givenSecrets(variables: NodeJS.ProcessEnv = process.env): string[] {
  return ['JARVIS_PASSWORD', 'JWT_SECRET'].filter((name) => variables[name]);
}

/** The database of an environment. */
export function databaseTarget(settings: DatabaseSettings): DatabaseTarget {
  const { DB_PATH: file, DATABASE_URL: url, DATABASE_POOL: poolSize } = settings;
  if (!url) return { file };
  const statementTimeoutMs = ms(settings.DATABASE_STATEMENT_TIMEOUT as StringValue);
  return { file, postgres: { url, poolSize, statementTimeoutMs } };
}

/**
 * The database that is given by a URL, or by the path of a file; the environment says the rest.
 * @throws Error with one line for each invalid variable about it.
 */
export function namedTarget(name: string, variables: NodeJS.ProcessEnv = process.env): DatabaseTarget {
  const isUrl = /^[\w+.-]+:\/\//.test(name);
  return readDatabaseTarget({
    ...variables,
    ...(isUrl ? { DATABASE_URL: name } : { DATABASE_URL: '', DB_PATH: name }),
  });
}

/** What is kept free on the disk of a file. */
export function diskLimits({ DISK_RESERVE, DISK_MIN_FREE }: DiskSettings): DiskLimits {
  return { reserveBytes: DISK_RESERVE, minFreeBytes: DISK_MIN_FREE };
}

/** The same of the environment. @throws Error with one line for each invalid variable about it. */
export function readDiskLimits(variables: NodeJS.ProcessEnv = process.env): DiskLimits {
  return diskLimits(validated(variables, DISK));
}

/** Which database it is, for people. The password of a URL is not part of it. */
export function describeTarget({ file, postgres }: DatabaseTarget): string {
  return postgres ? describeDatabaseUrl(postgres.url) : resolve(file);
}

/** Names at a start what is set without effect, so that nobody looks for the memory in a file. */
export function unusedSettingWarning(variables: NodeJS.ProcessEnv = process.env): string | undefined {
  const valueOf = (name: string): string => variables[name]?.trim() ?? '';
  const unused = OF_FILES.filter((name) => valueOf(name) !== '');
  if (valueOf('DATABASE_URL') === '' || unused.length === 0) return undefined;
  const named = unused.map((name) => (name === 'DB_PATH' ? `DB_PATH (${valueOf(name)})` : name));
  return `Not used, because DATABASE_URL is set and the memory is in PostgreSQL: ${named.join(', ')}.`;
}

/** The database file alone, for the TypeORM command line, which needs none of the other settings. */
export function databaseFile(variables: NodeJS.ProcessEnv = process.env): string {
  return fileOf(variables['DB_PATH']);
}

function validated<S>(variables: NodeJS.ProcessEnv, specification: S): CleanedEnv<S> {
  const checked = cleanEnv(variables, specification, {
    reporter: ({ errors }) => {
      const mistakes = Object.entries<Error | undefined>(errors).map(
        ([name, error]) => `  ${name}: ${error?.message ?? ''}`,
      );
      if (mistakes.length > 0) throw new Error(`The environment is not valid:\n${mistakes.join('\n')}`);
    },
  });
  // A plain object: envalid's proxy throws where Nest reads a member that does not exist.
  return { ...checked };
}
