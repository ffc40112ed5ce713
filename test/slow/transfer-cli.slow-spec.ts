import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { EXIT } from '../../src/cli/exit.js';
import { aLine, anExport } from '../factories/exports.js';
import { startBuilt } from '../support/built.js';

const PROGRAM = join(process.cwd(), 'dist/src/cli/main.js');
const ROWS = [
  ...Array.from({ length: 30 }, (_, index) => aLine.event(index + 1, { summary: `Event ${index} 🚨\u2028` })),
  aLine.message(4),
  aLine.snapshot(9),
  aLine.preference('ui.theme'),
];

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('jarvis-memory export and import', () => {
  let folder: string;
  const path = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jarvis-transfer-cli-'));
    writeFileSync(path('all.ndjson'), anExport(ROWS));
    expect(await run('a.db', 'import', path('all.ndjson'))).toMatchObject({ code: EXIT.DONE });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function start(database: string, ...parameters: string[]): ChildProcess {
    return spawn(process.execPath, [PROGRAM, ...parameters], environmentOf(database));
  }

  function environmentOf(database: string): { env: Record<string, string | undefined> } {
    return { env: { PATH: process.env['PATH'], DB_PATH: path(database) } };
  }

  function run(database: string, ...parameters: string[]): Promise<Ended> {
    return new Promise((resolve) => {
      const options = { ...environmentOf(database), maxBuffer: 1 << 26 };
      execFile(process.execPath, [PROGRAM, ...parameters], options, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      });
    });
  }

  function shell(command: string): Promise<Ended> {
    return new Promise((resolve) => {
      execFile('bash', ['-o', 'pipefail', '-c', command], (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      });
    });
  }

  function rowsOf(text: string): string[] {
    return text.split('\n').slice(1);
  }

  /** An export counts every kind that it was asked for; those here, the kinds that they hold. */
  function withoutCounts(text: string): string[] {
    return rowsOf(text).map((line) => line.replace(/"counts":\{[^}]*\}/, ''));
  }

  function ofKind(lines: readonly string[], wanted: string): Record<string, unknown>[] {
    return lines
      .filter((line) => line.startsWith(`{"kind":"${wanted}"`))
      .map((line) => {
        const { kind, ...row } = JSON.parse(line) as Record<string, unknown>;
        expect(kind).toBe(wanted);
        return row;
      });
  }

  function count(database: string, table = 'events'): number {
    const handle = new Sqlite(path(database), { readonly: true });
    try {
      return Number(handle.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
    } finally {
      handle.close();
    }
  }

  it('write to stdout what was imported, to the letter', async () => {
    const { stdout, stderr, code } = await run('a.db', 'export', '--quiet');
    expect([code, stderr]).toEqual([EXIT.DONE, '']);
    const given = withoutCounts(readFileSync(path('all.ndjson'), 'utf8'));
    const written = withoutCounts(stdout);
    // The history of the preference begins with the import.
    const history = written.splice(
      written.findIndex((line) => line.includes('"preference_change"')),
      1,
    );
    const [{ updatedAt: changedAt, ...preference }] = ofKind(given, 'preference') as [
      Record<string, unknown>,
    ];
    expect(ofKind(history, 'preference_change')).toEqual([{ id: 1, ...preference, changedAt }]);
    expect(written.slice(0, -2)).toEqual(given.slice(0, -2));
    const { counts } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
    expect(counts).toMatchObject({ event: 30, message: 1, snapshot: 1, preference: 1, preference_change: 1 });
  });

  it('take a moment as the first backend wrote it', async () => {
    const header = async (...span: string[]): Promise<unknown> =>
      JSON.parse((await run('a.db', 'export', '--quiet', ...span)).stdout.split('\n', 1)[0]!);
    const span = ['--since', '2026-01-01 02:00:00', '--until', '2026-01-01 02:00:00.5'];
    expect(await header(...span)).toMatchObject({
      since: '2026-01-01T02:00:00.000Z',
      until: '2026-01-01T02:00:00.500Z',
    });
  });

  it('write a file, whole or compressed, for its owner only, and leave nothing beside it', async () => {
    const { stdout } = await run('a.db', 'export', '--kind', 'event,snapshot', '--to', path('part.ndjson'));
    expect(stdout).toBe('');
    await run('a.db', 'export', '--kind', 'snapshot,event', '--gzip', '--to', path('part.ndjson.gz'));
    const plain = readFileSync(path('part.ndjson'), 'utf8');
    expect(rowsOf(gunzipSync(readFileSync(path('part.ndjson.gz'))).toString())).toEqual(rowsOf(plain));
    expect(JSON.parse(rowsOf(plain).at(-2)!).counts).toEqual({ event: 30, snapshot: 1 });
    expect(statSync(path('part.ndjson')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it.each([
    [['export', '--kind', 'key'], '--kind must be one of: event, message, snapshot, preference'],
    [['export', '--since', 'yesterday'], '--since must be an ISO 8601 date'],
    [['export', '--since', '2026-02-01', '--until', '2026-01-01'], '--until must not be before since'],
    [['export', '--to', '/nowhere/at/all.ndjson'], 'ENOENT'],
    [['import', '/nowhere/at/all.ndjson'], 'ENOENT'],
    [['import'], "missing required argument 'file'"],
  ])('fail with one line for %j', async (parameters, message) => {
    const { code, stdout, stderr } = await run('a.db', ...parameters);
    expect([code, stdout]).toEqual([EXIT.FAILED, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('say where there is no database, or none of this version', async () => {
    expect((await run('none.db', 'export')).stderr).toContain('There is no database at');
    writeFileSync(path('text.db'), 'no database at all, but long enough to be read as one'.repeat(100));
    expect(await run('text.db', 'export')).toMatchObject({ code: EXIT.FAILED });
    new Sqlite(path('foreign.db')).exec('CREATE TABLE other (a)').close();
    expect((await run('foreign.db', 'export')).stderr).toContain('is not of this version');
  });

  it('go through pipes, and through gzip', async () => {
    const cli = (database: string): string => `DB_PATH=${path(database)} ${process.execPath} ${PROGRAM}`;
    const { code } = await shell(`${cli('a.db')} export -q --gzip | ${cli('b.db')} import -q -`);
    expect([code, count('b.db'), count('b.db', 'preferences')]).toEqual([EXIT.DONE, 30, 1]);
    const other = await shell(`${cli('c.db')} import -q <(${cli('b.db')} export -q)`);
    expect([other.code, count('c.db')]).toEqual([EXIT.DONE, 30]);
    expect(readdirSync(folder).filter((name) => name.includes('.import-'))).toEqual([]);
  });

  it('end where the reader of the pipe has gone', async () => {
    writeFileSync(
      path('many.ndjson'),
      anExport(Array.from({ length: 3000 }, (_, id) => aLine.event(id + 1))),
    );
    await run('many.db', 'import', path('many.ndjson'));
    const command = `DB_PATH=${path('many.db')} ${process.execPath} ${PROGRAM} export -q | head -1`;
    expect((await shell(command)).stdout).toMatch(/^\{"format":"jarvis-memory-export".*\n$/);
  });

  it('tell wrong lines, and end with a code of their own', async () => {
    writeFileSync(path('wrong.ndjson'), anExport([aLine.event(1, { type: 'alrt' }), aLine.event(2), '{']));
    const { code, stdout, stderr } = await run('wrong.db', 'import', '-q', path('wrong.ndjson'));
    expect([code, stdout]).toEqual([EXIT.NOT_IN_ORDER, '']);
    expect(stderr).toBe(
      'line 2: type must be one of: alert, action, status, metric\n' +
        'line 4: is not a JSON object\n2 mistakes; nothing was imported.\n',
    );
    expect(existsSync(path('wrong.db'))).toBe(false);
  });

  it('change nothing in a dry run', async () => {
    const before = readFileSync(path('a.db'));
    writeFileSync(
      path('more.ndjson'),
      anExport([aLine.event(30, { summary: 'Event 29 🚨\u2028' }), aLine.event(31)]),
    );
    const { code, stdout } = await run('a.db', 'import', '--dry-run', path('more.ndjson'));
    expect(code).toBe(EXIT.DONE);
    expect(stdout).toContain('Would import 1 of kind event; 1 were there already.');
    expect(readFileSync(path('a.db')).equals(before)).toBe(true);
  });

  it('complete what a kill -9 in the middle has left', async () => {
    const events = Array.from({ length: 20_000 }, (_, index) => aLine.event(index + 1));
    writeFileSync(path('large.ndjson'), anExport(events, { header: { lastIds: { event: 30_000 } } }));
    let left = 0;
    let database = '';
    // A busy machine may come too late to kill it in the middle.
    for (let attempt = 0; attempt < 10 && (left === 0 || left === 20_000); attempt++) {
      database = `killed-${attempt}.db`;
      const child = start(database, 'import', path('large.ndjson'));
      const ended = new Promise((resolve) => child.once('exit', resolve));
      while (child.exitCode === null && rowsIn(database) === 0) await sleep(5);
      child.kill('SIGKILL');
      await ended;
      left = rowsIn(database);
    }
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(20_000);
    const { code, stdout } = await run(database, 'import', path('large.ndjson'));
    expect(code).toBe(EXIT.DONE);
    expect(stdout).toContain(`Imported ${20_000 - left} of kind event; ${left} were there already.`);
    const all = (await run(database, 'export', '-q')).stdout;
    expect(withoutCounts(all)).toEqual(withoutCounts(readFileSync(path('large.ndjson'), 'utf8')));
    expect(JSON.parse(all.split('\n')[0]!).lastIds.event).toBe(30_000);
  });

  /** Also while the file is being made. */
  function rowsIn(database: string): number {
    try {
      return count(database);
    } catch {
      return 0;
    }
  }

  it('export while a service runs, and do not import then', async () => {
    await run('served.db', 'import', '-q', path('all.ndjson'));
    const service = await startBuilt({ DB_PATH: path('served.db') });
    try {
      expect((await run('served.db', 'export', '-q')).stdout.split('\n')).toHaveLength(37);
      expect(await run('served.db', 'import', '--dry-run', path('all.ndjson'))).toMatchObject({
        code: EXIT.DONE,
      });
      const { code, stderr } = await run('served.db', 'import', '-q', path('all.ndjson'));
      expect([code, stderr]).toEqual([EXIT.IN_USE, expect.stringContaining('has the database')]);
    } finally {
      await service.end();
    }
  });
});
