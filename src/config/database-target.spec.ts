import { describe, expect, it } from '@jest/globals';
import { describeTarget, readDatabaseTarget, readEnvironment, unusedSettingWarning } from './environment.js';

const URL_WITH_PASSWORD = 'postgres://jarvis:hunter2%2F%C3%A9@db.lan:5433/memory';

describe('The database that the environment names', () => {
  it.each([{}, { DATABASE_URL: '' }, { DATABASE_URL: '  ' }])('is the file with %j', (variables) => {
    expect(readDatabaseTarget({ ...variables, DB_PATH: '/srv/jarvis.db' })).toEqual({
      file: '/srv/jarvis.db',
    });
  });

  it('is in PostgreSQL where there is a URL, whatever else is wrong', () => {
    const target = readDatabaseTarget({ DATABASE_URL: URL_WITH_PASSWORD, PORT: 'abc' });
    expect(target).toEqual({
      file: './data/jarvis.db',
      postgres: { url: URL_WITH_PASSWORD, poolSize: 10, statementTimeoutMs: 30_000 },
    });
    const settings = { DATABASE_URL: URL_WITH_PASSWORD, DATABASE_POOL: '3', DATABASE_STATEMENT_TIMEOUT: '0' };
    expect(readDatabaseTarget(settings).postgres).toMatchObject({ poolSize: 3, statementTimeoutMs: 0 });
  });

  it.each([
    ['postgresql://u:p@h/db', 'PostgreSQL, database db on h'],
    [' postgres://u:p@[::1]:5432/a%20b ', 'PostgreSQL, database a b on [::1]:5432'],
    ['postgres://h/db', 'PostgreSQL, database db on h'],
    ['postgres://u:p@%2Fvar%2Frun%2Fpostgresql/db', 'PostgreSQL, database db on /var/run/postgresql'],
    ['postgres://u:p@%2Frun:5433/db', 'PostgreSQL, database db on /run:5433'],
    ['postgres://u:p@/db?host=/var/run/postgresql', 'PostgreSQL, database db on /var/run/postgresql'],
    ['postgres:///db?host=/run&user=u&password=p&port=5433', 'PostgreSQL, database db on /run:5433'],
  ])('may be %s, told as %s', (url, told) => {
    const target = readDatabaseTarget({ DATABASE_URL: url });
    expect(describeTarget(target)).toBe(told);
    // The driver has to understand it too.
    expect(URL.canParse(target.postgres!.url)).toBe(true);
  });

  it.each([
    'mysql://u:hunter2@h/db',
    'http://u:hunter2@h/db',
    'POSTGRES://u:hunter2@h/db',
    '/srv/hunter2.db',
    'hunter2.db',
    'postgres:u:hunter2@h/db',
    'postgres://u:hunter2@h',
    'postgres://u:hunter2@h/',
    'postgres://u:hunter2@/db',
    'postgres:///hunter2',
    'postgres://u:hunter2@h:port/db',
    'postgres://u:hunter2@h:65536/db',
    'postgres://u:hunter2@h/db?port=many',
    'postgres://u:hunter2@a,b/db',
    'postgres://u:hunter2@a:1,b:2/db',
    'postgres://u:hunter2/more@h/db',
    'postgres://u:hunter2#more@h/db',
    'postgres://u:hunter2?more@h/db',
    'postgres://u:hunter2%@h/db',
    'postgres://u:hunter2%e9@h/db',
    'postgres://u:p@h/hunter2%e9',
    'postgres://u:p@h/hunter2#more',
  ])('is not %s, which no message repeats', (DATABASE_URL) => {
    for (const read of [readDatabaseTarget, readEnvironment]) {
      const message = (): string => {
        try {
          return JSON.stringify(read({ DATABASE_URL }));
        } catch (error) {
          return (error as Error).message;
        }
      };
      expect(message()).toMatch(
        /^The environment is not valid:\n {2}DATABASE_URL: [^\n]*postgres:\/\/user:password@host:5432\/database[^\n]*$/,
      );
      expect(message()).not.toContain('hunter2');
    }
  });
});

describe('The warning of a setting without effect', () => {
  it('names DB_PATH where both are set, and not the URL', () => {
    const warning = unusedSettingWarning({ DB_PATH: '/data/jarvis.db', DATABASE_URL: URL_WITH_PASSWORD });
    expect(warning).toMatch(/DATABASE_URL is set .*: DB_PATH \(\/data\/jarvis\.db\)\.$/);
    expect(warning).not.toContain('hunter2');
  });

  it('names every other setting that is about a file, in the same line', () => {
    const set = {
      DATABASE_URL: URL_WITH_PASSWORD,
      READER_THREADS: '2',
      DISK_RESERVE: '0',
      BACKUP_SCHEDULE: '30 3 * * *',
      PORT: '1',
    };
    expect(unusedSettingWarning(set)).toMatch(/: READER_THREADS, DISK_RESERVE\.$/);
  });

  it.each([
    {},
    { DB_PATH: 'a.db', BACKUP_SCHEDULE: '30 3 * * *' },
    { DATABASE_URL: URL_WITH_PASSWORD },
    { DB_PATH: '', DATABASE_URL: URL_WITH_PASSWORD },
    { DB_PATH: 'a.db', DATABASE_URL: ' ' },
  ])('is not given for %j', (variables) => {
    expect(unusedSettingWarning(variables)).toBeUndefined();
  });
});
