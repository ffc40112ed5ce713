import type { PostgresDatabase } from '../data/postgres.js';
import { textOf, type HistoryRow } from './rows.js';
import { DEPTH, wordsOf, type Seeker } from './seekers.js';

/** What PostgreSQL offers without more ado: English stems, any of the words, by `ts_rank`. */
export async function postgresSeeker(
  database: PostgresDatabase,
  rows: readonly HistoryRow[],
): Promise<Seeker> {
  const texts = rows.map((row) => ({ key: row.key, body: textOf(row) }));
  await database.query(`CREATE TABLE texts (key text NOT NULL, terms tsvector NOT NULL)`);
  await database.query(
    `INSERT INTO texts SELECT key, to_tsvector('english', body)
     FROM json_to_recordset(${literal(JSON.stringify(texts))}) AS row(key text, body text)`,
  );
  const find = async (query: string) => {
    const any = literal(wordsOf(query).join(' | '));
    const found = await database.query(
      `SELECT key FROM texts, to_tsquery('english', ${any}) AS query WHERE terms @@ query
       ORDER BY ts_rank(terms, query) DESC LIMIT ${DEPTH}`,
    );
    return { keys: found.map(({ key }) => String(key)) };
  };
  return { name: 'ts_rank, OR and stems', find };
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
