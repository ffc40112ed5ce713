import Database from 'better-sqlite3';

/** In megabytes. */
export interface IndexSize {
  /** All that the search keeps for itself. */
  index: number;
  /** The text that it indexes. */
  text: number;
}

const TEXT = `
  SELECT sum(octet_length(content) + coalesce(octet_length(tool_calls), 0)) FROM conversations
  UNION ALL
  SELECT sum(octet_length(summary) + coalesce(octet_length(node), 0)
    + (SELECT coalesce(sum(octet_length(atom)), 0) FROM json_tree(details))) FROM events`;

export function indexSize(file: string): IndexSize {
  const db = new Database(file, { readonly: true });
  const index = db
    .prepare<[], number | null>("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search\\_%' ESCAPE '\\'")
    .pluck();
  const texts = db.prepare<[], number | null>(TEXT).pluck().all();
  const size = {
    index: megabytes(index.get() ?? 0),
    text: megabytes(texts.reduce<number>((sum, part) => sum + (part ?? 0), 0)),
  };
  db.close();
  return size;
}

function megabytes(bytes: number): number {
  return bytes / 2 ** 20;
}
