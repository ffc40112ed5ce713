const ONE_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** @returns {string[]} what SQLite finds wrong with the file. */
export function checkIntegrity(database) {
  const answers = database.pragma('integrity_check').map((row) => row.integrity_check);
  return answers.length === 1 && answers[0] === 'ok'
    ? []
    : answers.map((answer) => `integrity_check: ${answer}`);
}

const COUNTED = `SELECT session_id, min(timestamp), max(timestamp), count(*),
    sum(COALESCE(tokens_used, COALESCE(input_tokens, 0) + COALESCE(output_tokens, 0)))
  FROM conversations GROUP BY session_id`;
const KEPT =
  'SELECT session_id, first_message_at, last_message_at, message_count, tokens_used FROM conversation_sessions';

/** Holds the list of sessions against a count of the messages. */
export function checkSessions(database) {
  const wrong = database.prepare(
    `SELECT * FROM (${COUNTED} EXCEPT ${KEPT}) UNION ALL SELECT * FROM (${KEPT} EXCEPT ${COUNTED})`,
  );
  return wrong
    .raw()
    .all()
    .map((row) => `conversation_sessions differs from its messages: ${row.join(' | ')}`);
}

/**
 * Each preference has the acknowledged value, or one that was sent later; it then counts as settled.
 * @param {import('./ledger.mjs').PreferenceLedger} ledger
 */
export function checkPreferences(database, ledger) {
  const rows = database.prepare('SELECT * FROM preferences').all();
  const found = new Map(rows.map(({ key, value }) => [key, value]));
  const findings = rows
    .filter(
      ({ key, value, updated_at }) =>
        !ledger.possible.get(key)?.values.includes(value) || !ONE_FORM.test(updated_at),
    )
    .map(
      ({ key, value }) =>
        `preference ${key} is ${value}; possible: ${ledger.possible.get(key)?.values.join(' | ')}`,
    );
  for (const [key, { isSet }] of ledger.possible) {
    if (isSet && !found.has(key)) findings.push(`LOST: preference ${key} was acknowledged and is gone`);
  }
  ledger.settle(found);
  return findings;
}
