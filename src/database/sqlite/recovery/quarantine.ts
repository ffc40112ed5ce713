import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OWNER_ONLY, sync } from '../../../files/files.js';

/** What became of the rows of one table. `lost` is missing where nothing is left that could tell. */
export interface TableReport {
  readonly table: string;
  readonly saved: number;
  readonly lost?: number;
}

/** What was found wrong at a start, and done about it. It is kept beside the file until somebody takes it away. */
export interface RecoveryReport {
  readonly at: string;
  /** Without paths: everybody may read it in the answer on health. */
  readonly summary: string;
  readonly found: string;
  readonly tables: readonly TableReport[];
  /** Tables and views of the owner that could not be carried over, by name. */
  readonly left: readonly string[];
}

/** What is damaged, or not the file's own, is moved to `<file>.corrupt-<time>`. */
export const QUARANTINED = '.corrupt-';
const REPORT = '.json';

function reportPath(file: string, time: string): string {
  return `${file}${QUARANTINED}${time}${REPORT}`;
}

/** Writes a report to disk. To be called before the files move, so that no move is ever without its report. */
export async function writeReport(file: string, time: string, report: RecoveryReport): Promise<void> {
  const options = { flag: 'wx', mode: OWNER_ONLY, flush: true };
  await writeFile(reportPath(file, time), `${JSON.stringify(report, null, 2)}\n`, options);
  await sync(dirname(file));
}

export async function removeReport(file: string, time: string): Promise<void> {
  await rm(reportPath(file, time), { force: true });
}

/** The reports beside a file when it was opened, of which somebody may take one away at any time. */
export class StoredReports {
  private readonly reports: readonly (readonly [path: string, report: RecoveryReport])[];

  constructor(file: string) {
    const start = `${basename(file)}${QUARANTINED}`;
    const names = namesIn(dirname(file)).filter((name) => name.startsWith(start) && name.endsWith(REPORT));
    this.reports = names.sort().flatMap((name) => readReport(join(dirname(file), name)));
  }

  /** The latest report that is still there. */
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
