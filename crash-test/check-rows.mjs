import { createHash } from 'node:crypto';
import { readRows } from './read-rows.mjs';

/** The tables whose rows are written once and never change. */
export const TABLES = ['events', 'conversations', 'cluster_snapshots'];

const MARK_OF = {
  events: ({ summary }) => summary.split(' ')[0],
  conversations: ({ content }) => content.split(' ')[0],
  cluster_snapshots: ({ snapshot }) => JSON.parse(snapshot).mark,
};

/**
 * Compares the rows that a round added to a table with what was sent and acknowledged.
 * @returns {Promise<string[]>} the findings.
 */
export async function checkRows(database, table, after, entries) {
  const rows = await readRows(database, table, 'id > ?', [after]);
  const expected = new Map(entries.flatMap((entry) => entry.rows.map((row) => [row.mark, row])));
  const found = new Map();
  const findings = [];
  for (const row of rows) {
    const mark = markOf(table, row);
    if (found.has(mark)) findings.push(`${table} ${row.id}: ${mark} is there twice`);
    else if (!expected.has(mark)) findings.push(`${table} ${row.id}: nobody sent ${mark}`);
    else findings.push(...differences(table, row, expected.get(mark)));
    found.set(mark, row.id);
  }
  for (const entry of entries) findings.push(...checkEntry(table, entry, found));
  return findings;
}

function markOf(table, row) {
  try {
    return String(MARK_OF[table](row));
  } catch {
    return `(unreadable row ${row.id})`;
  }
}

function differences(table, { id, ...row }, { mark, ...sent }) {
  const columns = new Set([...Object.keys(row), ...Object.keys(sent)]);
  return [...columns]
    .filter((column) => row[column] !== sent[column])
    .map((column) => {
      const [is, was] = [row[column], sent[column]].map((value) => JSON.stringify(value));
      return `${table} ${id} (${mark}) is not whole: ${column} is ${is}, sent was ${was}`;
    });
}

function checkEntry(table, { rows, acknowledged, ids }, found) {
  const storedIds = rows.map(({ mark }) => found.get(mark));
  const missing = storedIds.filter((id) => id === undefined).length;
  const name = `${table}, ${rows[0].mark}${rows.length > 1 ? ` and ${rows.length - 1} more` : ''}`;
  if (acknowledged && missing > 0)
    return [`LOST: ${name}: acknowledged, but ${missing} of its rows are gone`];
  if (missing > 0 && missing < rows.length) {
    return [
      `HALF: ${name}: of a batch of ${rows.length} that was not acknowledged, ${missing} rows are missing`,
    ];
  }
  if (ids && ids.some((id, index) => id !== storedIds[index])) {
    return [`${name}: the answer said ids ${ids.join(' ')}, the rows have ${storedIds.join(' ')}`];
  }
  return [];
}

/** A digest of the rows of a table in a range of ids. */
export async function digestOf(database, table, after, upTo) {
  const digest = createHash('sha256');
  const rows = await readRows(database, table, 'id BETWEEN ? AND ?', [after + 1, upTo]);
  for (const row of rows) digest.update(JSON.stringify(Object.values(row)));
  return `${rows.length} rows ${digest.digest('hex')}`;
}
