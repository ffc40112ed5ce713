import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { forFileName } from '../../time/time.js';
import { codeOf } from '../../problems/errors.js';
import { ProblemError } from '../../problems/problem.error.js';

/** A backup as its folder shows it. */
export interface Backup {
  readonly name: string;
  /** In the canonical form. */
  readonly createdAt: string;
  readonly sizeBytes: number;
}

/** What made it: BACKUP_SCHEDULE, or somebody by a route or a command. */
export type BackupKind = 'scheduled' | 'manual';

const NAME = /^jarvis-(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3}Z)(-manual)?\.db(?:\.gz)?$/;
/** What a backup is called while it is made, with the id of the process that makes it; see `writeBackup`. */
const UNFINISHED = /^(jarvis-.+)\.(\d+)(?:\.plain)?\.part(?:-journal|-wal|-shm)?$/;
const OWNER_ONLY = 0o700;
const KINDS: readonly BackupKind[] = ['scheduled', 'manual'];

/** Where backups are: BACKUP_DIR, else `backups` beside the database. */
export function backupFolder(settings: { BACKUP_DIR?: string | undefined; DB_PATH: string }): string {
  return settings.BACKUP_DIR || join(dirname(settings.DB_PATH), 'backups');
}

/** @param moment in canonical form. */
export function backupName(moment: string, gzip: boolean, kind: BackupKind): string {
  return `jarvis-${forFileName(moment)}${kind === 'manual' ? '-manual' : ''}.db${gzip ? '.gz' : ''}`;
}

/** The versions before kinds named all as scheduled ones are named: those go as they would have gone. */
function kindOf(name: string): BackupKind {
  return NAME.exec(name)?.[5] === undefined ? 'scheduled' : 'manual';
}

/** Makes the folder where it is missing, and removes what backups left in it that were killed. */
export async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: OWNER_ONLY });
  for (const name of await readdir(folder)) {
    const [, target = '', maker] = UNFINISHED.exec(name) ?? [];
    if (NAME.test(target) && !isAtWork(Number(maker))) await rm(join(folder, name), { force: true });
  }
}

/** The finished backups in a folder, newest first; none where there is no folder yet. */
export async function listBackups(folder: string): Promise<Backup[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  const found = await Promise.all(names.map((name) => describe(folder, name)));
  return found
    .filter((backup) => backup !== undefined)
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
}

/**
 * Removes all but the newest backups of each kind: neither pushes out the other. Nothing else in the folder is ever
 * touched.
 * @param keep how many of each kind stay; 0 for all.
 * @param newest the one that has just been made: it stays, even where the clock was set back and others claim to be newer.
 * @returns the names of those that are gone.
 */
export async function prune(folder: string, keep: number, newest: string): Promise<string[]> {
  if (keep === 0) return [];
  const others = (await listBackups(folder)).map(({ name }) => name).filter((name) => name !== newest);
  const gone = KINDS.flatMap((kind) => {
    const ofKind = others.filter((name) => kindOf(name) === kind);
    return ofKind.slice(kindOf(newest) === kind ? keep - 1 : keep);
  });
  for (const name of gone) await rm(join(folder, name), { force: true });
  return gone;
}

async function describe(folder: string, name: string): Promise<Backup | undefined> {
  const [, hour, minute, second, fraction] = NAME.exec(name) ?? [];
  if (hour === undefined) return undefined;
  const createdAt = `${hour}:${minute ?? ''}:${second ?? ''}.${fraction ?? ''}`;
  // Another process may have removed it meanwhile.
  const found = await stat(join(folder, name)).catch(() => undefined);
  return found?.isFile() ? { name, createdAt, sizeBytes: found.size } : undefined;
}

/** A process makes one backup at a time, so what carries the id of this one is from an earlier process with that id. */
function isAtWork(maker: number): boolean {
  if (maker === process.pid) return false;
  try {
    process.kill(maker, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/** Work on the folder, whose faults are the owner's to mend. @throws ProblemError `conflict`. */
export async function usable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new ProblemError('conflict', `The backup folder cannot be used (${codeOf(cause) ?? 'unknown'}).`, {
      cause,
    });
  }
}
