import { readFile } from 'node:fs/promises';

/** What this process has made the disk write since its start; undefined where the system does not say. */
export async function writtenBytes(): Promise<number | undefined> {
  const text = await readFile('/proc/self/io', 'utf8').catch(() => '');
  const bytes = Number(/^write_bytes: (\d+)$/m.exec(text)?.[1]);
  return Number.isFinite(bytes) ? bytes : undefined;
}
