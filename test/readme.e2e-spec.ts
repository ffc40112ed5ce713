import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startBuilt, type BuiltProgram } from './support/built.js';
import { temporaryFolder } from './support/service.js';

interface Stop {
  readonly commands: string;
  /** What the page shows as the answer, in part. */
  readonly answer: object | undefined;
}

/** Pages whose commands are run, in this order: the second goes on with what the first has set. */
const PAGES = ['README.md', 'docs/09-access.md'] as const;
const PART = /```sh tour\n([\s\S]*?)```(?:\s*```json\n([\s\S]*?)```)?/g;

const IS_HEARD = `until curl -s -H "Authorization: Bearer $TOKEN" $JARVIS/metrics |
  grep -q '^jarvis_memory_streams 1$'; do sleep 0.1; done`;

/** The answer on a page is an example: the moments in it are not those of this run. */
const withoutMoments = (key: string, value: unknown): unknown => (key === 'timestamp' ? undefined : value);

function tourOf(page: string): Stop[] {
  return [...readFileSync(page, 'utf8').matchAll(PART)].map(([, commands, answer]) => ({
    commands: commands!,
    answer: answer === undefined ? undefined : (JSON.parse(answer, withoutMoments) as object),
  }));
}

describe('The tour of the README and of the page about access, on the built program', () => {
  let folder: string;
  let program: BuiltProgram;

  beforeAll(async () => {
    folder = await temporaryFolder();
    program = await startBuilt({ DB_PATH: join(folder, 'data', 'jarvis.db') });
  });
  afterAll(async () => {
    await program.end();
    await rm(folder, { recursive: true, force: true });
  });

  it('says in a few lines where everything is, and the password that it made', () => {
    expect(program.output()).toContain(`Explorer:    ${program.url}/ui/\nAPI:         ${program.url}/api\n`);
    expect(program.output()).toContain(`${program.url}/api/docs`);
    expect(program.output()).toContain(join(folder, 'data', 'jarvis.db'));
    expect(program.output()).toMatch(/Password: +\S{24} /);
  });

  it('runs command by command and answers as the pages show', async () => {
    const tours = PAGES.map(tourOf);
    expect(tours.map(({ length }) => length)).toEqual([14, 3]);
    const stops = tours.flat();
    const password = /Password: +(\S+)/.exec(program.output())![1]!;
    const script = stops
      .map(({ commands }, index) => `${commands}\necho; echo "@@ ${index}"`)
      .join('\n')
      .replace('http://127.0.0.1:4000', program.url)
      .replace('the password that npm start printed', password)
      // A person sees that the listener listens; a busy machine may need more than the second of the page.
      .replace('-m 3', '-m 10')
      .replace('sleep 1', () => IS_HEARD);
    const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-euc', script]);
    expect(stderr).toBe('');
    const answers = stdout.split(/^@@ \d+$/m).map((output) => output.trim().split('\n').at(-1)!);
    expect(stdout).toMatch(/^id: [0-9a-f]{32}\.\d+\.1\nevent: event\.resolved\ndata: {"id":1,/m);
    for (const [index, { answer }] of stops.entries()) {
      if (answer !== undefined) expect(JSON.parse(answers[index]!)).toMatchObject(answer);
    }
  });

  it('stops at Ctrl-C with everything in the one file', async () => {
    await program.end('SIGINT');
    const { default: Sqlite } = await import('better-sqlite3');
    const file = join(folder, 'data', 'jarvis.db');
    const { existsSync } = await import('node:fs');
    expect(existsSync(`${file}-wal`)).toBe(false);
    const handle = new Sqlite(file, { readonly: true });
    expect(handle.prepare('SELECT count(*) FROM events').pluck().get()).toBe(1);
    handle.close();
  });
});
