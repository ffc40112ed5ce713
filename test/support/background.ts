/** What the programs that follow tables ask: the text index, the comparison of snapshots and their packing; and the health. */
const BACKGROUND = new RegExp(
  'search_|compared|snapshots_to_compare|snapshot_changes|snapshot_blocks|block_id IS NULL|^WITH packed|id = -id|id < 0' +
    '|retention_settings|^SELECT 1 FROM events LIMIT 1$|^PRAGMA|^SAVEPOINT|^RELEASE',
);

/** Whether a statement is one of the background: it may run at any time beside those that a test counts. */
export function isOfBackground(sql: string): boolean {
  return BACKGROUND.test(sql);
}
