import { mkdtempSync, statfsSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watch } from './processes.mjs';
import { handOver } from './programs.mjs';

const NAME = 'jarvis-memory-postgres-';
const MEMORY = '/dev/shm';
const ENOUGH_BYTES = 2 * 1_073_741_824;

/**
 * The folder of a server with its `data`, which go when this process ends. Data are in memory where that is large
 * enough: a database takes several hundred files, and tests then pay neither for them nor for `fsync`.
 * @param {boolean} onDisk
 */
export function makeFolders(onDisk) {
  const folder = mkdtempSync(join(tmpdir(), NAME));
  const memory = onDisk ? undefined : memoryFolder();
  const remove = watch(...[folder, memory ?? []].flat());
  handOver(folder);
  const data = join(folder, 'data');
  if (memory) {
    handOver(memory);
    symlinkSync(memory, data);
  }
  return { folder, data, remove };
}

function memoryFolder() {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize > ENOUGH_BYTES ? mkdtempSync(join(MEMORY, NAME)) : undefined;
  } catch {
    return undefined;
  }
}
