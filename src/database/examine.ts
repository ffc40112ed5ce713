import type { DatabaseTarget } from './database.options.js';
import type { Finding } from './finding.js';
import type { DiskLimits } from './sqlite/disk/disk-guard.js';

export { LEVELS, type Finding, type Level } from './finding.js';

/**
 * What a database can do of what the service needs, shown by trying it. Nothing is changed. Never throws. Only what the
 * engine needs is loaded: a command that ends in seconds does not load the service.
 */
export async function examineDatabase(
  { file, postgres }: DatabaseTarget,
  disk: DiskLimits,
): Promise<Finding[]> {
  if (!postgres) return (await import('./sqlite/doctor/examine.js')).examineFile(file, disk);
  return (await import('./postgres/doctor/examine.js')).examineServer(postgres);
}
