import type { PostgresDatabase } from '../data/postgres.js';
import { ScaleRows } from './rows.js';

const CHUNK = 10_000;
const MESSAGE = [
  'INSERT INTO conversations (session_id, "timestamp", role, content, model, tokens_used, input_tokens, output_tokens, cost_usd)',
  'SELECT "sessionId", "timestamp", role, content, model, "inputTokens" + "outputTokens", "inputTokens", "outputTokens", "costUsd"',
  'FROM json_to_recordset(',
  ') AS row("sessionId" text, "timestamp" text, role text, content text, model text, "inputTokens" int, "outputTokens" int, "costUsd" float8)',
] as const;
const EVENT = [
  'INSERT INTO events ("timestamp", type, severity, source, node, summary, details, resolved, resolved_at)',
  'SELECT "timestamp", type, severity, source, node, summary, details::text, resolved, "resolvedAt"',
  'FROM json_to_recordset(',
  ') AS row("timestamp" text, type text, severity text, source text, node text, summary text, details json, resolved boolean, "resolvedAt" text)',
] as const;

/** As many messages as events, in tables that the service has made. */
export async function fillScaleDatabase(database: PostgresDatabase, rows: number): Promise<void> {
  const made = new ScaleRows(rows);
  for (let from = 0; from < rows; from += CHUNK) {
    const to = Math.min(from + CHUNK, rows);
    // In the transactions of the service, triggers do not note each row.
    await database.query(
      `BEGIN; SET LOCAL jarvis_memory.unit = 'on';
       ${insertOf(MESSAGE, made.messages(from, to))}; ${insertOf(EVENT, made.events(from, to))}; COMMIT`,
    );
  }
  await database.query('VACUUM ANALYZE conversations');
  await database.query('VACUUM ANALYZE events');
}

function insertOf(
  [into, select, from, as]: readonly [string, string, string, string],
  rows: object[],
): string {
  return `${into} ${select} ${from} '${JSON.stringify(rows).replaceAll("'", "''")}' ${as}`;
}
