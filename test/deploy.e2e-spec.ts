import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../src/config/index.js';
import { isThere, run, where } from './support/installed.js';

const UNIT = 'deploy/jarvis-memory.service';
/** Of 100, the less the better. `systemd-analyze` calls what is below 20 "safe". */
const MOST_EXPOSURE = 15;

const [ofUnit, unit] = where(
  isThere('systemd-analyze', '--version'),
  'The systemd unit',
  'systemd-analyze is not installed',
);

ofUnit(unit, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-unit-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function verify(change: (text: string) => string): { status: number | null; output: string } {
    const path = join(folder, 'jarvis-memory.service');
    writeFileSync(path, change(readFileSync(UNIT, 'utf8').replace('/usr/bin/node', process.execPath)));
    return run('systemd-analyze', ['verify', '--man=no', '--recursive-errors=no', path]);
  }

  it('is valid, without a warning', () => {
    const { status, output } = verify((text) => text);
    const about = output.split('\n').filter((line) => line.includes('jarvis-memory'));
    expect({ status, about }).toEqual({ status: 0, about: [] });
    // The check itself can fail.
    expect(verify((text) => text.replace('ProtectHome', 'ProtectHouse')).output).toContain('ProtectHouse');
  });

  it('gives the program little to do harm with', () => {
    const check = (limit: number): ReturnType<typeof run> =>
      run('systemd-analyze', ['security', '--no-pager', '--offline=true', `--threshold=${limit}`, UNIT]);
    const { status, output } = check(MOST_EXPOSURE);
    expect(output).toMatch(/Overall exposure level for jarvis-memory\.service: \d\.\d/);
    expect(status).toBe(0);
    expect(check(1).status).not.toBe(0);
  });
});

describe('The place of the SQLite file', () => {
  // What systemd does to the line: `\\` at its end goes on, `$$` is `$`.
  const [, program = ''] =
    /^ExecStart=\/bin\/sh -c '(.*)'$/ms.exec(readFileSync(UNIT, 'utf8').replaceAll(/\\\n */g, '')) ?? [];

  const pathWith = (env: Record<string, string>): string => {
    const script = program.replaceAll('$$', '$').replace(/exec \/usr\/bin\/node .*/, 'echo "$DB_PATH"');
    return spawnSync('/bin/sh', ['-c', script], { env, encoding: 'utf8' }).stdout.trim();
  };

  it('is given by the unit, where the operator gives neither another nor a server', () => {
    expect(program).toContain('exec /usr/bin/node');
    expect(pathWith({})).toBe('/var/lib/jarvis-memory/jarvis.db');
    expect(pathWith({ DB_PATH: '', DATABASE_URL: '' })).toBe('/var/lib/jarvis-memory/jarvis.db');
    expect(pathWith({ DB_PATH: '/mnt/jarvis.db' })).toBe('/mnt/jarvis.db');
    expect(pathWith({ DATABASE_URL: 'postgres://db.lan/jarvis' })).toBe('');
    expect(pathWith({ DATABASE_URL: 'postgres://db.lan/jarvis', DB_PATH: 'of-the-operator' })).toBe(
      'of-the-operator',
    );
  });

  it('follows in the image from its working folder', () => {
    const lines = readFileSync('Dockerfile', 'utf8').split('\n');
    expect(lines.filter((line) => /^ENV.*(?:DB_PATH|DATABASE_URL)/.test(line))).toEqual([]);
    const folder = lines.findLast((line) => line.startsWith('WORKDIR '))?.split(' ')[1] ?? '';
    expect(resolve(folder, readEnvironment({}).DB_PATH)).toBe('/data/jarvis.db');
  });
});

describe('The settings file', () => {
  const lines = readFileSync('deploy/jarvis-memory.env', 'utf8').split('\n');
  const settings = lines.flatMap((line) => {
    const [, name, value] = /^#([A-Z_]+)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, value: value ?? '' }];
  });

  it('sets nothing by itself', () => {
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });

  it('names every setting that there is, and no other', () => {
    const known = Object.keys(readEnvironment({}));
    expect(settings.map(({ name }) => name).sort()).toEqual(known.sort());
  });

  it('shows defaults, or examples, that are taken', () => {
    const shown = settings.filter(({ value }) => value !== '');
    const taken = readEnvironment(Object.fromEntries(shown.map(({ name, value }) => [name, value])));
    expect({ ...taken, BACKUP_SCHEDULE: undefined }).toEqual({
      ...readEnvironment({}),
      BACKUP_SCHEDULE: undefined,
    });
  });
});
