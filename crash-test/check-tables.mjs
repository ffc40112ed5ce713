const CANONICAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const COUNTED = `SELECT session_id, min(timestamp) AS first, max(timestamp) AS last, count(*) AS messages,
    sum(COALESCE(tokens_used, COALESCE(input_tokens, 0) + COALESCE(output_tokens, 0))) AS tokens
  FROM conversations GROUP BY session_id`;
const STORED =
  'SELECT session_id, first_message_at, last_message_at, message_count, tokens_used FROM conversation_sessions';

const USED = `SELECT substr(timestamp, 1, 13) AS hour, count(*) AS messages, COALESCE(sum(input_tokens), 0) AS input
  FROM conversations GROUP BY 1`;
const STORED_USAGE = `SELECT substr(began_at, 1, 13) AS hour, CAST(sum(message_count) AS bigint) AS messages,
    CAST(sum(input_tokens) AS bigint) AS input FROM conversation_usage GROUP BY 1`;

const EVENTS = `SELECT substr(timestamp, 1, 13) AS hour, COALESCE(node, '') AS node, count(*) AS events,
    sum(CASE WHEN severity = 'warning' THEN 1 ELSE 0 END) AS warnings FROM events GROUP BY 1, 2`;
const COUNTED_EVENTS = `SELECT substr(began_at, 1, 13) AS hour, node, CAST(sum(event_count) AS bigint) AS events,
    CAST(sum(warnings) AS bigint) AS warnings FROM event_counts GROUP BY 1, 2`;

/** Compares the list of sessions, what was used in each hour, and how many events it had, with aggregations of their rows. */
export async function checkDerivedRows(database) {
  return [
    ...(await differences(database, 'conversation_sessions', COUNTED, STORED)),
    ...(await differences(database, 'conversation_usage', USED, STORED_USAGE)),
    ...(await differences(database, 'event_counts', EVENTS, COUNTED_EVENTS)),
  ];
}

async function differences(database, table, counted, stored) {
  const wrong = await database.all(
    `SELECT * FROM (${counted} EXCEPT ${stored}) AS counted UNION ALL SELECT * FROM (${stored} EXCEPT ${counted}) AS stored`,
  );
  return wrong.map((row) => `${table} differs from its rows: ${Object.values(row).join(' | ')}`);
}

/**
 * Checks that the text index holds the rows up to its mark, but for those that are noted as stale, and no others. One
 * statement a kind, which reads one snapshot: the index grows meanwhile.
 * @param {(index: string) => string} indexTable the table with the ids of an index.
 */
export async function checkSearchIndex(database, indexTable) {
  const findings = [];
  for (const [kind, table, index] of [
    ['event', 'events', 'search_events'],
    ['message', 'conversations', 'search_messages'],
  ]) {
    const stale = `SELECT id FROM search_stale WHERE kind = '${kind}'`;
    const wrong = await database.all(
      `SELECT kept.id AS kept, held.id AS held FROM (SELECT id FROM ${table}
          WHERE id <= (SELECT mark FROM search_marks WHERE kind = '${kind}') AND id NOT IN (${stale})) AS kept
        FULL JOIN (SELECT id FROM ${indexTable(index)} WHERE id NOT IN (${stale})) AS held ON held.id = kept.id
        WHERE kept.id IS NULL OR held.id IS NULL LIMIT 5`,
    );
    findings.push(...wrong.map(({ kept, held }) => `${index} differs from ${table}: ${kept} | ${held}`));
  }
  return findings;
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
