const CANONICAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const COUNTED = `SELECT session_id, min(timestamp) AS first, max(timestamp) AS last, count(*) AS messages,
    sum(COALESCE(tokens_used, COALESCE(input_tokens, 0) + COALESCE(output_tokens, 0))) AS tokens
  FROM conversations GROUP BY session_id`;
const STORED =
  'SELECT session_id, first_message_at, last_message_at, message_count, tokens_used FROM conversation_sessions';

/** Compares the list of sessions with an aggregation of the messages. */
export async function checkSessions(database) {
  const wrong = await database.all(
    `SELECT * FROM (${COUNTED} EXCEPT ${STORED}) AS counted UNION ALL SELECT * FROM (${STORED} EXCEPT ${COUNTED}) AS stored`,
  );
  return wrong.map(
    (row) => `conversation_sessions differs from its messages: ${Object.values(row).join(' | ')}`,
  );
}

/**
 * Checks that each preference has the acknowledged value or one that was sent later, which then becomes the expected one.
 * @param {import('./ledger.mjs').PreferenceLedger} ledger
 */
export async function checkPreferences(database, ledger) {
  const rows = await database.all('SELECT * FROM preferences');
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
