import { constants } from 'node:fs';
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeUnfinishedBackups } from '../../database/file-operations.js';
import { fileNameTimestamp } from '../../time/time.js';
import { codeOf } from '../../problems/errors.js';
import { ProblemError } from '../../problems/problem.error.js';

/** A backup, by the metadata of its file. */
export interface Backup {
  readonly name: string;
  /** In the canonical form. */
  readonly createdAt: string;
  readonly sizeBytes: number;
}

/** Who made it: BACKUP_SCHEDULE, or an operator by a route or a command. */
export type BackupKind = 'scheduled' | 'manual';

const BACKUP_NAME = /^jarvis-(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3}Z)(-manual)?\.db(?:\.gz)?$/;
const FOLDER_MODE = 0o700;
const KINDS: readonly BackupKind[] = ['scheduled', 'manual'];

/** The folder of the backups: BACKUP_DIR, by default `backups` beside the database. */
export function backupFolder(settings: { BACKUP_DIR?: string | undefined; DB_PATH: string }): string {
  return settings.BACKUP_DIR || join(dirname(settings.DB_PATH), 'backups');
}

/** @param moment in canonical form. */
export function backupName(moment: string, gzip: boolean, kind: BackupKind): string {
  return `jarvis-${fileNameTimestamp(moment)}${kind === 'manual' ? '-manual' : ''}.db${gzip ? '.gz' : ''}`;
}

/** Versions before kinds gave every backup the name of a scheduled one, and are pruned as such. */
function kindOf(name: string): BackupKind {
  return BACKUP_NAME.exec(name)?.[5] === undefined ? 'scheduled' : 'manual';
}

/** Whether a backup was made by BACKUP_SCHEDULE. */
export function isScheduled(name: string): boolean {
  return kindOf(name) === 'scheduled';
}

/** Creates the folder if it is missing, and removes what killed processes left unfinished. */
export async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  await removeUnfinishedBackups(folder, (name) => BACKUP_NAME.test(name));
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

/** Opens a finished backup to read it; undefined where none has this name. No other file can be named. */
export async function openBackup(folder: string, name: string): Promise<FileHandle | undefined> {
  if (!BACKUP_NAME.test(name)) return undefined;
  return open(join(folder, name), constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
}

/**
 * Removes all but the newest backups of each kind, so that neither kind evicts the other. No other file in the folder is
 * touched.
 * @param keep number of backups to keep of each kind; 0 for all.
 * @param newest the backup just made: it is kept even where, after the clock was set back, others have later names.
 * @returns the names of the removed backups.
 */
export async function prune(folder: string, keep: number, newest: string): Promise<string[]> {
  if (keep === 0) return [];
  const older = (await listBackups(folder)).map(({ name }) => name).filter((name) => name !== newest);
  const removed = KINDS.flatMap((kind) => {
    const ofKind = older.filter((name) => kindOf(name) === kind);
    return ofKind.slice(kindOf(newest) === kind ? keep - 1 : keep);
  });
  for (const name of removed) await rm(join(folder, name), { force: true });
  return removed;
}

async function describe(folder: string, name: string): Promise<Backup | undefined> {
  const [, hour, minute, second, fraction] = BACKUP_NAME.exec(name) ?? [];
  if (hour === undefined) return undefined;
  const createdAt = `${hour}:${minute ?? ''}:${second ?? ''}.${fraction ?? ''}`;
  // Another process may have removed it meanwhile.
  const found = await stat(join(folder, name)).catch(() => undefined);
  return found?.isFile() ? { name, createdAt, sizeBytes: found.size } : undefined;
}

/** Translates errors of the backup folder, which the operator has to fix. @throws ProblemError `conflict`. */
export async function translateFolderError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new ProblemError('conflict', `The backup folder cannot be used (${codeOf(cause) ?? 'unknown'}).`, {
      cause,
    });
  }
}
