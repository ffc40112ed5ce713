import { CATALOGUE, entryOf } from '../catalogue.js';
import type { ThreadReader } from '../thread-program.js';
import type { TableSizes } from './dialect.js';

/** What a table is for: `other` is what the service needs while it runs, and what others have made in the file. */
export type MeasuredRole = 'content' | 'derived' | 'other';

export interface MeasuredSizes extends TableSizes {
  readonly role: MeasuredRole;
}

/** What all tables hold. It reads the whole file where the engine is SQLite: in a thread. */
export async function measureTables(reader: ThreadReader): Promise<MeasuredSizes[]> {
  const tables = CATALOGUE.map(({ name, columns, entry }) => ({
    name,
    columns: entry.role === 'content' ? columns : [],
  }));
  const { rows } = await reader.read<TableSizes>(reader.dialect.sizesOf(tables));
  return rows.map(({ name, tableBytes, indexBytes }) => ({
    name,
    tableBytes: Number(tableBytes),
    indexBytes: Number(indexBytes),
    role: roleOf(name),
  }));
}

function roleOf(name: string): MeasuredRole {
  const role = entryOf(name)?.role;
  return role === 'content' || role === 'derived' ? role : 'other';
}
