import Sqlite from 'better-sqlite3';

/** What the events in a file say, in the order in which they were saved. */
export function summariesIn(file: string): string[] {
  const handle = new Sqlite(file, { readonly: true, fileMustExist: true });
  try {
    return handle.prepare('SELECT summary FROM events ORDER BY id').pluck().all() as string[];
  } finally {
    handle.close();
  }
}
