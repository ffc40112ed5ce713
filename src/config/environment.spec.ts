import { describe, expect, it } from '@jest/globals';
import { databaseFile, readEnvironment } from './environment.js';

const SECRET = 'a secret that is long enough for HS256';

function mistakesIn(variables: Record<string, string>): string {
  try {
    readEnvironment(variables);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`${JSON.stringify(variables)} was taken.`);
}

describe('Reading the environment', () => {
  it('needs nothing', () => {
    expect(readEnvironment({})).toEqual({
      PORT: 4000,
      HOST: '127.0.0.1',
      DB_PATH: './data/jarvis.db',
      DATABASE_URL: undefined,
      DATABASE_POOL: 10,
      DATABASE_STATEMENT_TIMEOUT: '30s',
      JARVIS_PASSWORD: undefined,
      JWT_SECRET: undefined,
      JWT_EXPIRES_IN: '7d',
      CORS_ORIGINS: [],
      SOCKET_IO: true,
      EXPLORER: true,
      LOG_LEVEL: 'log',
      JWT_SECRET_PREVIOUS: undefined,
      TRUST_PROXY: false,
      RATE_LIMIT: 6000,
      REQUEST_TIMEOUT: '60s',
      MAX_CONNECTIONS: 1000,
      MAX_CONNECTIONS_PER_ADDRESS: 250,
      TRAFFIC_BUDGET: 100_663_296,
      SLOW_QUERY_MS: 500,
      READER_THREADS: 1,
      BACKUP_DIR: undefined,
      BACKUP_SCHEDULE: undefined,
      BACKUP_KEEP: 7,
      BACKUP_GZIP: true,
      DISK_RESERVE: 33_554_432,
      DISK_MIN_FREE: 268_435_456,
      RETENTION_SCHEDULE: '30 4 * * *',
    });
  });

  it('takes what is set, and nothing that it does not know', () => {
    const variables = {
      PORT: '8080',
      HOST: '0.0.0.0',
      DB_PATH: '/srv/jarvis.db',
      DATABASE_URL: 'postgresql://jarvis:pa%2Fss@db.lan:5433/memory?sslmode=verify-full',
      DATABASE_POOL: '100',
      DATABASE_STATEMENT_TIMEOUT: '5m',
      JARVIS_PASSWORD: ' with spaces ',
      JWT_SECRET: SECRET,
      JWT_EXPIRES_IN: '12h',
      CORS_ORIGINS: 'http://a.lan:3000, https://b.example ,',
      SOCKET_IO: 'false',
      EXPLORER: 'false',
      LOG_LEVEL: 'warn',
      JWT_SECRET_PREVIOUS: 'the secret of last year, long enough too',
      TRUST_PROXY: '10.0.0.2, 192.168.1.0/24, loopback',
      RATE_LIMIT: '0',
      REQUEST_TIMEOUT: '5s',
      MAX_CONNECTIONS: '20',
      MAX_CONNECTIONS_PER_ADDRESS: '0',
      TRAFFIC_BUDGET: '1GB',
      SLOW_QUERY_MS: '0',
      READER_THREADS: '4',
      BACKUP_DIR: '/srv/backups',
      BACKUP_SCHEDULE: '30 3 * * *',
      BACKUP_KEEP: '30',
      BACKUP_GZIP: 'false',
      DISK_RESERVE: '1 GB',
      DISK_MIN_FREE: '4096',
      RETENTION_SNAPSHOTS: 'keep-last=60,keep-daily=30',
      RETENTION_EVENTS: 'info=90d,warning=1y',
      RETENTION_CONVERSATIONS: '2y',
      MEMORY_BUDGET: '2GB',
      RETENTION_TIME_ZONE: 'Europe/Berlin',
      RETENTION_SCHEDULE: '0 5 * * 0',
      PATH: '/usr/bin',
    };
    expect(readEnvironment(variables)).toEqual({
      PORT: 8080,
      HOST: '0.0.0.0',
      DB_PATH: '/srv/jarvis.db',
      DATABASE_URL: 'postgresql://jarvis:pa%2Fss@db.lan:5433/memory?sslmode=verify-full',
      DATABASE_POOL: 100,
      DATABASE_STATEMENT_TIMEOUT: '5m',
      JARVIS_PASSWORD: ' with spaces ',
      JWT_SECRET: SECRET,
      JWT_EXPIRES_IN: '12h',
      CORS_ORIGINS: ['http://a.lan:3000', 'https://b.example'],
      SOCKET_IO: false,
      EXPLORER: false,
      LOG_LEVEL: 'warn',
      JWT_SECRET_PREVIOUS: 'the secret of last year, long enough too',
      TRUST_PROXY: ['10.0.0.2', '192.168.1.0/24', 'loopback'],
      RATE_LIMIT: 0,
      REQUEST_TIMEOUT: '5s',
      MAX_CONNECTIONS: 20,
      MAX_CONNECTIONS_PER_ADDRESS: 0,
      TRAFFIC_BUDGET: 1_073_741_824,
      SLOW_QUERY_MS: 0,
      READER_THREADS: 4,
      BACKUP_DIR: '/srv/backups',
      BACKUP_SCHEDULE: '30 3 * * *',
      BACKUP_KEEP: 30,
      BACKUP_GZIP: false,
      DISK_RESERVE: 1_073_741_824,
      DISK_MIN_FREE: 4096,
      RETENTION_SNAPSHOTS: 'keep-last=60,keep-daily=30',
      RETENTION_EVENTS: 'info=90d,warning=1y',
      RETENTION_CONVERSATIONS: '2y',
      MEMORY_BUDGET: '2GB',
      RETENTION_TIME_ZONE: 'Europe/Berlin',
      RETENTION_SCHEDULE: '0 5 * * 0',
    });
  });

  it.each(['::', '::1', 'localhost', '192.168.1.20'])('listens on %s when told so', (HOST) => {
    expect(readEnvironment({ HOST }).HOST).toBe(HOST);
  });

  it.each([
    ['PORT', 'abc'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['HOST', 'not a host'],
    ['JARVIS_PASSWORD', ''],
    ['JWT_SECRET', ''],
    ['JWT_SECRET', 'x'.repeat(31)],
    ['JWT_EXPIRES_IN', ''],
    ['JWT_EXPIRES_IN', 'soon'],
    ['JWT_EXPIRES_IN', '7'],
    ['JWT_EXPIRES_IN', '-7d'],
    ['JWT_EXPIRES_IN', '10000y'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'http://a.lan/path'],
    ['CORS_ORIGINS', 'http://a.lan,b.lan'],
    ['JWT_SECRET_PREVIOUS', 'short'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '10.0.0'],
    ['TRUST_PROXY', 'proxy.lan'],
    ['RATE_LIMIT', '-1'],
    ['RATE_LIMIT', 'many'],
    ['REQUEST_TIMEOUT', '60'],
    ['MAX_CONNECTIONS', '1.5'],
    ['TRAFFIC_BUDGET', '31MB'],
    ['TRAFFIC_BUDGET', '0'],
    ['READER_THREADS', '0'],
    ['READER_THREADS', '9'],
    ['BACKUP_SCHEDULE', 'daily at three'],
    ['BACKUP_SCHEDULE', '61 * * * *'],
    ['BACKUP_GZIP', 'yes'],
    ['SOCKET_IO', '1'],
    ['EXPLORER', 'no'],
    ['DISK_RESERVE', '32 megabytes'],
    ['DISK_MIN_FREE', '-5MB'],
    ['RETENTION_SNAPSHOTS', 'keep-last=-1'],
    ['RETENTION_SNAPSHOTS', 'keep-last=0'],
    ['RETENTION_SNAPSHOTS', '30d'],
    ['RETENTION_EVENTS', 'info=1y,error=1d'],
    ['RETENTION_EVENTS', '90d'],
    ['RETENTION_CONVERSATIONS', '1s'],
    ['MEMORY_BUDGET', '1KB'],
    ['RETENTION_TIME_ZONE', 'Mars/Olympus'],
    ['RETENTION_SCHEDULE', 'nightly'],
    ['DATABASE_POOL', '0'],
    ['DATABASE_POOL', '101'],
    ['DATABASE_POOL', 'all'],
    ['DATABASE_STATEMENT_TIMEOUT', '30'],
    ['DATABASE_STATEMENT_TIMEOUT', '2d'],
    ['DATABASE_STATEMENT_TIMEOUT', '-1s'],
    ['LOG_LEVEL', 'info'],
    ['LOG_LEVEL', 'WARN'],
  ])('refuses %s=%j with one line that names it', (name, value) => {
    const message = mistakesIn({ [name]: value });
    expect(message).toMatch(new RegExp(`^The environment is not valid:\\n {2}${name}: [^\\n]+$`));
  });

  it('says all mistakes at once', () => {
    const message = mistakesIn({ PORT: 'abc', LOG_LEVEL: 'info', JWT_EXPIRES_IN: 'soon' });
    expect(message.split('\n')).toHaveLength(4);
  });

  it('repeats no secret in its messages', () => {
    expect(mistakesIn({ JWT_SECRET: 'hunter2', PORT: 'abc' })).not.toContain('hunter2');
  });

  it('counts the bytes of a secret, not its characters', () => {
    expect(readEnvironment({ JWT_SECRET: '🔑'.repeat(8) }).JWT_SECRET).toBe('🔑'.repeat(8));
  });

  it('gives an object that may be looked at for members that it does not have', () => {
    expect(Reflect.get(readEnvironment({}), 'then')).toBeUndefined();
  });
});

describe('The path of the database for the TypeORM command line', () => {
  it.each([
    [{}, './data/jarvis.db'],
    [{ DB_PATH: '' }, './data/jarvis.db'],
    [{ DB_PATH: '/srv/jarvis.db', PORT: 'abc' }, '/srv/jarvis.db'],
  ])('from %j is %s', (variables, file) => {
    expect(databaseFile(variables)).toBe(file);
  });

  it('is the one that the service uses, also where DB_PATH is empty', () => {
    expect(readEnvironment({ DB_PATH: '' }).DB_PATH).toBe(databaseFile({ DB_PATH: '' }));
  });
});
