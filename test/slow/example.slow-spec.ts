import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import Sqlite from 'better-sqlite3';
import { MemoryModule, PreferencesService } from '../../src/index.js';
import { temporaryFolder } from '../support/service.js';

const ROOT = join(import.meta.dirname, '..', '..');
const PROGRAM = join(ROOT, 'examples/monitor/dist/main.js');
const MEMORY_TABLES = ['events', 'conversations', 'cluster_snapshots', 'preferences'];

const execute = promisify(execFile);

/** Runs Node as somebody outside would: without what Jest has put into the environment. */
async function node(...args: string[]): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: undefined };
  try {
    return (await execute(process.execPath, args, { cwd: ROOT, env })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`node ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

function rowsOf(file: string, sql: string): Record<string, unknown>[] {
  const handle = new Sqlite(file, { readonly: true });
  try {
    return handle.prepare<[], Record<string, unknown>>(sql).all();
  } finally {
    handle.close();
  }
}

function tablesOf(file: string): unknown[] {
  return rowsOf(file, `SELECT name FROM sqlite_schema WHERE type = 'table'`).map(({ name }) => name);
}

async function prefer(file: string, key: string, value: number): Promise<void> {
  const memory = MemoryModule.forRoot({ file, logger: false });
  const app = await NestFactory.createApplicationContext(memory, { logger: false });
  await app.get(PreferencesService).setPreference(key, value);
  await app.close();
}

describe('the example of an outside application', () => {
  let folder: string;
  let memoryFile: string;
  let monitorFile: string;

  const runMonitor = async (): Promise<
    { node: string; threshold: number; did: string; eventId: unknown }[]
  > => {
    const output = await node(PROGRAM, memoryFile, monitorFile);
    const lines = output.trim().split('\n');
    return lines.map((line) => JSON.parse(line));
  };

  beforeAll(async () => {
    if (!existsSync(join(ROOT, 'dist/src/index.d.ts')))
      throw new Error('Build the package first: npm run build');
    folder = await temporaryFolder();
    memoryFile = join(folder, 'memory.db');
    monitorFile = join(folder, 'monitor.db');
    await rm(join(ROOT, 'examples/monitor/dist'), { recursive: true, force: true });
    await node(join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'examples/monitor');
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('saves an alert and resolves it when the figure is fine again', async () => {
    const findings = await runMonitor();
    expect(
      findings.map(({ node: name, threshold, did, eventId }) => [name, threshold, did, eventId]),
    ).toEqual([
      ['pve1', 85, 'nothing', null],
      ['pve2', 85, 'opened', 1],
      ['pve2', 85, 'nothing', null],
      ['pve2', 85, 'resolved', 1],
      ['pve3', 85, 'nothing', null],
    ]);
    const columns = 'id, type, severity, source, node, summary, details, resolved, resolved_by';
    expect(rowsOf(memoryFile, `SELECT ${columns} FROM events`)).toEqual([
      {
        id: 1,
        type: 'alert',
        severity: 'warning',
        source: 'monitor',
        node: 'pve2',
        summary: 'Disk usage on pve2 is at 91 %',
        details: '{"check":"example-monitor.disk","diskPercent":91}',
        resolved: 1,
        resolved_by: 'jarvis',
      },
    ]);
  });

  it('does what the preference in the memory says when it runs again', async () => {
    await prefer(memoryFile, 'monitor.disk.threshold', 60);
    const findings = await runMonitor();
    expect(
      findings.map(({ node: name, threshold, did, eventId }) => [name, threshold, did, eventId]),
    ).toEqual([
      ['pve1', 60, 'nothing', null],
      ['pve2', 60, 'opened', 2],
      ['pve2', 60, 'nothing', null],
      ['pve2', 60, 'nothing', null],
      ['pve3', 60, 'opened', 3],
    ]);
    expect(rowsOf(memoryFile, 'SELECT id, node, resolved FROM events')).toEqual([
      { id: 1, node: 'pve2', resolved: 1 },
      { id: 2, node: 'pve2', resolved: 0 },
      { id: 3, node: 'pve3', resolved: 0 },
    ]);
  });

  it('keeps what is its own in its own file, and nothing else there', () => {
    expect(rowsOf(monitorFile, 'SELECT node, disk_percent, threshold FROM probes')).toEqual(
      [85, 60].flatMap((threshold) => [
        { node: 'pve1', disk_percent: 41, threshold },
        { node: 'pve2', disk_percent: 91, threshold },
        { node: 'pve2', disk_percent: 93, threshold },
        { node: 'pve2', disk_percent: 64, threshold },
        { node: 'pve3', disk_percent: 72, threshold },
      ]),
    );
    expect(tablesOf(memoryFile)).toEqual(expect.arrayContaining(MEMORY_TABLES));
    expect(tablesOf(memoryFile)).not.toContain('probes');
    for (const table of MEMORY_TABLES) expect(tablesOf(monitorFile)).not.toContain(table);
  });
});
