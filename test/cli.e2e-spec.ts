import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { VERSION } from '../src/config/index.js';
import { anEvent } from './factories/index.js';
import { COMMANDS, runCli } from './support/cli.js';
import { startService, type TestService } from './support/service.js';

/** `test/slow/cli` has every command, on every kind of file. */
describe('jarvis-memory', () => {
  it('says its version', async () => {
    expect(await runCli(['--version'])).toMatchObject({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  it('explains itself: every command, and what the exit codes mean', async () => {
    const { code, stdout, stderr } = await runCli(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    for (const exit of ['0', '1', '2', '3', '4']) expect(stdout).toMatch(new RegExp(`^  ${exit}  \\S`, 'm'));
  });
});

describe('jarvis-memory, where the memory is in PostgreSQL', () => {
  const environment = { DATABASE_URL: 'postgres://jarvis:hunter2@db.invalid/memory' };

  it('leaves to it what only files need: compact', async () => {
    const { code, stdout, stderr } = await runCli(['compact'], environment);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toMatch(/^The memory is in PostgreSQL .*\n$/);
  });

  it('still checks a file that is named', async () => {
    const { code, stderr } = await runCli(['check', 'no.db'], environment);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'There is no file no.db.\n' });
  });

  it('repeats nothing of a URL that is wrong', async () => {
    for (const args of [['keys', 'list'], ['export'], ['serve'], ['backup']]) {
      const { code, stdout, stderr } = await runCli(args, {
        DATABASE_URL: 'mysql://jarvis:hunter2@db/memory',
      });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^The environment is not valid:\n {2}DATABASE_URL: [^\n]*\n$/);
      expect(stderr).not.toContain('hunter2');
    }
  });
});

describe('jarvis-memory, while a service runs', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
  });
  afterAll(() => service.destroy());

  it('checks and backs up, what is in the write-ahead log included', async () => {
    const environment = { DB_PATH: service.file };
    const { code, stdout } = await runCli(['check'], environment);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('  events: 1 rows\n') });
    const backup = await runCli(['backup', '--quiet'], environment);
    expect(backup).toMatchObject({ code: 0, stderr: '' });
    expect((await runCli(['check', backup.stdout.trim()])).stdout).toContain('  events: 1 rows\n');
    const { body } = await service.call('get', '/admin/backups').expect(200);
    expect(backup.stdout).toContain(body.backups[0].name);
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
  });
});
