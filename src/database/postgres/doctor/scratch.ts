import type { Session } from './session.js';

const PREFIX = 'jarvis_memory_doctor_';
const STALE_MS = 60_000;

/** A table that two sessions can see, for as long as the work takes. Those of a doctor that was killed are removed as well. */
export async function withScratchTable<T>(session: Session, work: (table: string) => Promise<T>): Promise<T> {
  await removeStale(session);
  const table = `"${PREFIX}${Date.now()}"`;
  await session.query(`CREATE TABLE ${table} (id bigint PRIMARY KEY, value text)`);
  try {
    return await work(table);
  } finally {
    await session.query(`DROP TABLE IF EXISTS ${table}`);
  }
}

async function removeStale(session: Session): Promise<void> {
  const found = await session.query<{ name: string }[]>(
    'SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() AND tableowner = current_user',
  );
  const isStale = (name: string): boolean =>
    name.startsWith(PREFIX) && Date.now() - Number(name.slice(PREFIX.length)) > STALE_MS;
  for (const { name } of found) if (isStale(name)) await session.query(`DROP TABLE IF EXISTS "${name}"`);
}
