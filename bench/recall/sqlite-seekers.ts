import Database from 'better-sqlite3';
import { textOf, type HistoryRow } from './rows.js';
import { DEPTH, wordsOf, type Seeker } from './seekers.js';

export const OR_AND_STEMS = 'FTS5, OR and stems';

/**
 * What a project has that does no more about it than SQLite offers: LIKE for each word, newest first; FTS5 as it is,
 * which wants every word; FTS5 with Porter's stems and any of the words, by bm25.
 */
export function sqliteSeekers(rows: readonly HistoryRow[]): Seeker[] {
  const db = new Database(':memory:');
  db.exec(`CREATE TABLE texts (id INTEGER PRIMARY KEY, key TEXT NOT NULL, body TEXT NOT NULL);
    CREATE VIRTUAL TABLE plain USING fts5(body, content='');
    CREATE VIRTUAL TABLE stemmed USING fts5(body, content='', tokenize='porter unicode61 remove_diacritics 2')`);
  const inserts = [
    db.prepare('INSERT INTO texts (id, key, body) VALUES (@id, @key, @body)'),
    db.prepare('INSERT INTO plain (rowid, body) VALUES (@id, @body)'),
    db.prepare('INSERT INTO stemmed (rowid, body) VALUES (@id, @body)'),
  ];
  db.transaction(() => {
    rows.forEach((row, id) => {
      const named = { id, key: row.key, body: textOf(row) };
      // A statement takes no more than the names that it has.
      inserts.forEach((insert, table) => insert.run(table === 0 ? named : { id, body: named.body }));
    });
  })();
  return [
    { name: 'LIKE', find: (query) => ({ keys: findLike(db, wordsOf(query)) }) },
    { name: 'FTS5', find: (query) => ({ keys: findMatch(db, 'plain', wordsOf(query), ' ') }) },
    { name: OR_AND_STEMS, find: (query) => ({ keys: findMatch(db, 'stemmed', wordsOf(query), ' OR ') }) },
  ];
}

function findLike(db: Database.Database, words: string[]): string[] {
  const where = words.map(() => 'body LIKE ?').join(' AND ') || 'false';
  return db
    .prepare<string[], string>(`SELECT key FROM texts WHERE ${where} ORDER BY id DESC LIMIT ${DEPTH}`)
    .pluck()
    .all(...words.map((word) => `%${word}%`));
}

function findMatch(db: Database.Database, table: string, words: string[], between: string): string[] {
  if (words.length === 0) return [];
  return db
    .prepare<string[], string>(
      `SELECT key FROM ${table} JOIN texts ON texts.id = ${table}.rowid WHERE ${table} MATCH ? ORDER BY rank LIMIT ${DEPTH}`,
    )
    .pluck()
    .all(words.map((word) => `"${word}"`).join(between));
}
