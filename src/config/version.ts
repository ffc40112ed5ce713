import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version of this package. */
export const VERSION = readVersion(dirname(fileURLToPath(import.meta.url)));

/** The manifest lies two folders above in the sources and three in the build: the nearest one is taken. */
function readVersion(folder: string): string {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return readVersion(dirname(folder));
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
