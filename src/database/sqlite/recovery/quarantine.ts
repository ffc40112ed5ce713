import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OWNER_ONLY, syncPath } from '../../../files/files.js';

/** How many rows of one table were salvaged. `lost` is missing where it is unknown. */
export interface TableReport {
  readonly table: string;
  readonly saved: number;
  readonly lost?: number;
}

/** The report of a recovery at a start. It stays beside the file until the operator deletes it. */
export interface RecoveryReport {
  readonly at: string;
  /** Public, so without paths: `GET /api/health` shows it. */
  readonly summary: string;
  readonly found: string;
  readonly tables: readonly TableReport[];
  /** Names of the operator's own objects that could not be carried over. */
  readonly left: readonly string[];
}

/** A damaged file, or the log of another file, is moved to `<file>.corrupt-<time>`. */
export const QUARANTINED = '.corrupt-';
const REPORT = '.json';

function reportPath(file: string, time: string): string {
  return `${file}${QUARANTINED}${time}${REPORT}`;
}

/** Writes a report durably. Called before the files are moved, so that there is no move without a report. */
export async function writeReport(file: string, time: string, report: RecoveryReport): Promise<void> {
  const options = { flag: 'wx', mode: OWNER_ONLY, flush: true };
  await writeFile(reportPath(file, time), `${JSON.stringify(report, null, 2)}\n`, options);
  await syncPath(dirname(file));
}

export async function removeReport(file: string, time: string): Promise<void> {
  await rm(reportPath(file, time), { force: true });
}

/** The reports beside a file when it was opened. The operator may delete them at any time. */
export class StoredReports {
  private readonly reports: readonly (readonly [path: string, report: RecoveryReport])[];

  constructor(file: string) {
    const start = `${basename(file)}${QUARANTINED}`;
    const names = namesIn(dirname(file)).filter((name) => name.startsWith(start) && name.endsWith(REPORT));
    this.reports = names.sort().flatMap((name) => readReport(join(dirname(file), name)));
  }

  /** The latest report that has not been deleted. */
  get latest(): RecoveryReport | undefined {
    return this.reports.findLast(([path]) => existsSync(path))?.[1];
  }
}

function readReport(path: string): [string, RecoveryReport][] {
  try {
    return [[path, JSON.parse(readFileSync(path, 'utf8')) as RecoveryReport]];
  } catch {
    return [];
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
