import Database from 'better-sqlite3';
import { readFileSync, statfsSync } from 'node:fs';
import { arch, cpus, release, tmpdir, totalmem, type } from 'node:os';
import { wrkVersion } from '../load/wrk.js';

export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  system: string;
  fileSystem: string;
  node: string;
  sqlite: string;
  loadGenerator: string;
  packages: Record<string, string>;
}

const PACKAGES = [
  '@nestjs/core',
  'typeorm',
  'better-sqlite3',
  'express',
  'drizzle-orm',
  'jsonwebtoken',
  'autocannon',
];
/** Of the folder for temporary files: on tmpfs a sync costs nothing, and the figures of durable writes mean little. */
const FILE_SYSTEMS: Record<number, string> = {
  0xef53: 'ext4',
  0x01021994: 'tmpfs (syncs cost nothing here!)',
  0x9123683e: 'btrfs',
  0x58465342: 'xfs',
  0x794c7630: 'overlay',
  0x2fc12fc1: 'zfs',
};

export function describeMachine(): Machine {
  const processors = cpus();
  const { type: magic } = statfsSync(tmpdir());
  const memory = new Database(':memory:');
  const sqlite = String(memory.prepare('SELECT sqlite_version()').pluck().get());
  memory.close();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()} ${arch()}`,
    fileSystem: FILE_SYSTEMS[magic] ?? `0x${magic.toString(16)}`,
    node: process.version,
    sqlite,
    loadGenerator: wrkVersion() ?? 'autocannon in a process of its own: it may be the bottleneck',
    packages: Object.fromEntries(PACKAGES.map((name) => [name, installedVersion(name)])),
  };
}

export function machineLines(machine: Machine): string[] {
  const { cpu, cores, memoryGb, system, fileSystem, node, sqlite, loadGenerator, packages } = machine;
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return [
    `${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, temporary files on ${fileSystem}`,
    `Load of: ${loadGenerator}`,
    `Node ${node}, SQLite ${sqlite}, ${versions.join(', ')}`,
  ];
}

function installedVersion(name: string): string {
  const manifest = new URL(`../../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
