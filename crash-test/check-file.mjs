const CANONICAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** @returns {string[]} the findings of SQLite's integrity check. */
export function checkIntegrity(database) {
  const answers = database.pragma('integrity_check').map((row) => row.integrity_check);
  return answers.length === 1 && answers[0] === 'ok'
    ? []
    : answers.map((answer) => `integrity_check: ${answer}`);
}

const COUNTED = `SELECT session_id, min(timestamp), max(timestamp), count(*),
    sum(COALESCE(tokens_used, COALESCE(input_tokens, 0) + COALESCE(output_tokens, 0)))
  FROM conversations GROUP BY session_id`;
const STORED =
  'SELECT session_id, first_message_at, last_message_at, message_count, tokens_used FROM conversation_sessions';

/** Compares the list of sessions with an aggregation of the messages. */
export function checkSessions(database) {
  const wrong = database.prepare(
    `SELECT * FROM (${COUNTED} EXCEPT ${STORED}) UNION ALL SELECT * FROM (${STORED} EXCEPT ${COUNTED})`,
  );
  return wrong
    .raw()
    .all()
    .map((row) => `conversation_sessions differs from its messages: ${row.join(' | ')}`);
}

/**
 * Checks that each preference has the acknowledged value or one that was sent later, which then becomes the expected one.
 * @param {import('./ledger.mjs').PreferenceLedger} ledger
 */
export function checkPreferences(database, ledger) {
  const rows = database.prepare('SELECT * FROM preferences').all();
  const found = new Map(rows.map(({ key, value }) => [key, value]));
  const findings = rows
    .filter(
      ({ key, value, updated_at }) =>
        !ledger.possible.get(key)?.values.includes(value) || !CANONICAL.test(updated_at),
    )
    .map(
      ({ key, value }) =>
        `preference ${key} is ${value}; possible: ${ledger.possible.get(key)?.values.join(' | ')}`,
    );
  for (const [key, { isSet }] of ledger.possible) {
    if (isSet && !found.has(key)) findings.push(`LOST: preference ${key} was acknowledged and is gone`);
  }
  ledger.confirm(found);
  return findings;
}
