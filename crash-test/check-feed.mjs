/** The topics of the tables whose rows are written once, in the feed. */
const TOPICS = { events: 'events', conversations: 'conversations', cluster_snapshots: 'snapshots' };

/** The change feed: positions without a gap that never run backwards, under one identity, and every row in it. */
export class FeedHistory {
  /** @param {boolean} keepsIdentity whether the identity is the same for ever. */
  constructor(keepsIdentity) {
    this.keepsIdentity = keepsIdentity;
    this.position = 0;
    this.identity = undefined;
  }

  /**
   * Checks what the feed says since the last check.
   * @param {Record<string, number>} last the highest id of each table at the last check.
   * @returns {Promise<string[]>} the findings.
   */
  async check(database, last) {
    const [{ identity, position }] = await database.all('SELECT identity, position FROM feed_head');
    const changes = await database.all(
      'SELECT * FROM feed_changes WHERE position > ? ORDER BY position, number',
      [this.position],
    );
    const findings = [
      ...this.checkHead({ identity, position }, changes),
      ...(await this.checkTopics(database)),
      ...(await checkNamed(database, last, changes)),
    ];
    Object.assign(this, { identity, position });
    return findings;
  }

  checkHead({ identity, position }, changes) {
    const findings = [];
    if (this.keepsIdentity && this.identity !== undefined && identity !== this.identity)
      findings.push(`feed_head: the identity ${this.identity} became ${identity}`);
    if (position < this.position)
      findings.push(`feed_head: the position ran backwards from ${this.position} to ${position}`);
    const found = [...new Set(changes.map((change) => change.position))];
    const isWhole =
      found.length === position - this.position &&
      found.every((one, index) => one === this.position + 1 + index);
    if (!isWhole)
      findings.push(`feed_changes: from ${this.position} to ${position} there are ${found.length} positions`);
    return findings;
  }

  /** The version of a topic is the position of its last change. */
  async checkTopics(database) {
    const wrong = await database.all(
      `SELECT COALESCE(topics.topic, changes.topic) AS topic, changes.last AS last, topics.position AS position
        FROM (SELECT topic, max(position) AS last FROM feed_changes GROUP BY topic) AS changes
        FULL JOIN feed_topics AS topics ON topics.topic = changes.topic
        WHERE topics.position IS NULL OR changes.last IS NULL OR topics.position <> changes.last`,
    );
    return wrong.map(
      ({ topic, last, position }) => `feed_topics: ${topic} is at ${position}, its last change at ${last}`,
    );
  }
}

/** Each new row is named by one change, and each row that a change names is there. */
async function checkNamed(database, last, changes) {
  const findings = [];
  for (const [table, topic] of Object.entries(TOPICS)) {
    const own = changes.filter((change) => change.topic === topic);
    const named = own.flatMap(({ ids }) => JSON.parse(ids));
    const rows = await database.all(`SELECT id FROM ${table} WHERE id > ?`, [last[table]]);
    const ids = new Set(rows.map(({ id }) => id));
    const names = new Set(named);
    const missing = named.filter((id) => !ids.has(id));
    const unnamed = [...ids].filter((id) => !names.has(id));
    const isComplete = own.every(({ is_complete: isWhole }) => isWhole);
    if (names.size < named.length) findings.push(`feed_changes: a row of ${table} is named twice`);
    if (missing.length > 0) findings.push(`feed_changes: ${table} has no rows ${missing.join(' ')}`);
    if (isComplete && unnamed.length > 0)
      findings.push(`feed_changes: nothing names the rows ${unnamed.join(' ')} of ${table}`);
  }
  return findings;
}
