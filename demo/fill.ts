import { Readable } from 'node:stream';
import type { DatabaseTarget } from '../src/database/index.js';
import { importRows, ImportSource } from '../src/operations/transfer/index.js';
import { exportLines } from './export.js';
import type { HomelabMemory } from './homelab-day.js';

/** Saves a memory in a database that nobody has open. @throws Error where a row is not as the rules of the API say. */
export async function fill(target: DatabaseTarget, memory: HomelabMemory): Promise<void> {
  const text = [...exportLines(memory, new Date().toISOString())].join('');
  const source = await ImportSource.spool(Readable.from([text]), target);
  try {
    const options = { dryRun: false, logger: false, onProgress: () => undefined } as const;
    const { check } = await importRows(target, source, options);
    if (check.wrong > 0) throw new Error(check.findings.map(({ message }) => message).join('\n'));
  } finally {
    await source.close();
  }
}
