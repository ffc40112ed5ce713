import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anEvent } from '../factories/index.js';
import { freePort } from '../../scripts/free-port.mjs';
import { startBuilt, type BuiltProgram } from '../support/built.js';
import { PASSWORD, temporaryFolder } from '../support/service.js';

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [at: number, value: string];
}

const isInstalled = spawnSync('prometheus', ['--version']).status === 0;
const EVENTS = 5;

(isInstalled ? describe : describe.skip)(
  'A real Prometheus (skipped where the package prometheus is not installed)',
  () => {
    let folder: string;
    let program: BuiltProgram;
    let prometheus: ChildProcess;
    let url: string;
    let token: string;

    beforeAll(async () => {
      folder = await temporaryFolder();
      program = await startBuilt({ DB_PATH: join(folder, 'jarvis.db'), JARVIS_PASSWORD: PASSWORD });
      token = await logIn();
      for (let count = 0; count < EVENTS; count++) await post('/memory/events', anEvent());
      const port = await freePort();
      url = `http://127.0.0.1:${port}`;
      await writeFile(join(folder, 'rules.yml'), fromPage('prometheus-rules'));
      const { secret } = (await post('/auth/keys', { name: 'prometheus', role: 'reader' })) as {
        secret: string;
      };
      await writeFile(join(folder, 'key'), `${secret}\n`);
      await writeFile(join(folder, 'prometheus.yml'), configuration());
      prometheus = spawn(
        'prometheus',
        [
          `--config.file=${join(folder, 'prometheus.yml')}`,
          `--storage.tsdb.path=${join(folder, 'tsdb')}`,
          `--web.listen-address=127.0.0.1:${port}`,
          '--log.level=error',
        ],
        { stdio: 'ignore' },
      );
    });
    afterAll(async () => {
      prometheus.kill();
      await program.end();
      await rm(folder, { recursive: true, force: true });
    });

    async function logIn(): Promise<string> {
      const { token: issued } = (await post('/auth/login', { password: PASSWORD })) as { token: string };
      return issued;
    }

    async function post(path: string, body: unknown): Promise<unknown> {
      const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
      const answer = await fetch(`${program.url}/api${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return answer.json();
    }

    /** The scrape configuration that the page about observing shows, for this service. */
    function configuration(): string {
      const shown = fromPage('prometheus')
        .replace('/etc/prometheus/jarvis-memory.key', join(folder, 'key'))
        .replace('127.0.0.1:4000', new URL(program.url).host);
      return `global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: [rules.yml]\n${shown}`;
    }

    async function ask<T>(path: string): Promise<T> {
      const answer = await fetch(`${url}/api/v1/${path}`);
      const { status, data } = (await answer.json()) as { status: string; data: T };
      expect(status).toBe('success');
      return data;
    }

    /** Asks until there is an answer, and one that is as it should be. */
    async function query(expression: string, isRight: (found: Series[]) => boolean): Promise<Series[]> {
      for (;;) {
        const found = await ask<{ result: Series[] }>(`query?query=${encodeURIComponent(expression)}`).catch(
          () => undefined,
        );
        if (found && found.result.length > 0 && isRight(found.result)) return found.result;
        await sleep(100);
      }
    }

    it('takes the configuration and the alerts of the page', () => {
      for (const args of [
        ['check', 'config', join(folder, 'prometheus.yml')],
        ['check', 'rules', join(folder, 'rules.yml')],
      ]) {
        const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
        expect([status, stdout, status === 0 ? '' : stderr]).toEqual([
          0,
          expect.stringContaining('SUCCESS'),
          '',
        ]);
      }
    });

    it('finds the service up, and in it the numbers that the service has', async () => {
      await query('up{job="jarvis-memory"}', ([up]) => up?.value[1] === '1');
      const [rows] = await query('jarvis_memory_rows{table="events"}', () => true);
      expect(rows?.value[1]).toBe(String(EVENTS));
      const [posts] = await query(
        'jarvis_memory_http_requests_total{route="/api/memory/events"}',
        () => true,
      );
      expect(posts).toMatchObject({
        metric: { method: 'POST', status: '201' },
        value: [expect.any(Number), String(EVENTS)],
      });
      const states = await query('jarvis_memory_component_state', () => true);
      expect(states.map(({ metric }) => metric['component'])).toEqual(
        expect.arrayContaining(['database', 'writeQueue']),
      );
    });

    it('can reckon with them: a rate, and a quantile of a histogram', async () => {
      const scrapes = 'rate(jarvis_memory_http_requests_total{route="/api/metrics"}[10s])';
      const [rate] = await query(scrapes, ([found]) => Number(found?.value[1]) > 0);
      expect(Number(rate?.value[1])).toBeLessThan(10);
      const [quantile] = await query(
        'histogram_quantile(0.9, jarvis_memory_commit_duration_seconds_bucket)',
        () => true,
      );
      expect(Number(quantile?.value[1])).toBeGreaterThan(0);
    });

    it('has loaded the alerts, and evaluates them without an error', async () => {
      const health = async (): Promise<string[]> => {
        const { groups } = await ask<{ groups: { rules: { health: string }[] }[] }>('rules');
        return groups.flatMap(({ rules }) => rules.map((rule) => rule.health));
      };
      while ((await health()).includes('unknown')) await sleep(100);
      const found = await health();
      expect(found.length).toBeGreaterThanOrEqual(3);
      expect(new Set(found)).toEqual(new Set(['ok']));
    });

    it('finds nothing in our numbers that its linter would object to', async () => {
      const answer = await fetch(`${program.url}/api/metrics`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
        input: await answer.text(),
        encoding: 'utf8',
      });
      // 3: it read everything, and objects to some names that prom-client gives to the numbers of Node.
      expect([0, 3]).toContain(status);
      expect(`${stdout}${stderr}`).not.toContain('jarvis_memory_');
    });
  },
);

/** A block of the page about observing, by what it is marked with. */
function fromPage(mark: string): string {
  const [, block] =
    new RegExp(`\`\`\`yaml ${mark}\n([\\s\\S]*?)\`\`\``).exec(readFileSync('docs/13-observing.md', 'utf8')) ??
    [];
  if (block === undefined) throw new Error(`The page has no block for ${mark}.`);
  return block;
}
