const GAPS = `SELECT position FROM feed_changes WHERE number = 0 AND position > (SELECT min(position) FROM feed_changes)
  AND position - 1 NOT IN (SELECT position FROM feed_changes)`;
const TOPICS = `SELECT topic FROM feed_topics WHERE position IS NOT
  (SELECT max(position) FROM feed_changes WHERE feed_changes.topic = feed_topics.topic)`;
const RECORDED = `SELECT value FROM feed_changes, json_each(ids) WHERE topic = 'events' AND kind = 'insert'`;
const UNRECORDED = `SELECT id FROM events WHERE id NOT IN (${RECORDED})`;
const INVENTED = `SELECT value FROM (${RECORDED}) WHERE value NOT IN (SELECT id FROM events)`;

/** Checks the change feed of one file after each kill. */
export class FeedCheck {
  positions = new Map();

  /** @returns {string[]} */
  findings(database) {
    const { identity, position } = database.prepare('SELECT identity, position FROM feed_head').get();
    const last = database.prepare('SELECT max(position) FROM feed_changes').pluck().get();
    const known = this.positions.get(identity) ?? 0;
    this.positions.set(identity, position);
    return [
      ...(position < known ? [`feed: position ${position} after ${known}, under the same identity`] : []),
      ...(position === last ? [] : [`feed: its last change has position ${last}, its head ${position}`]),
      ...valuesOf(database, GAPS, 'feed: nothing before position'),
      ...valuesOf(database, TOPICS, 'feed: wrong position of topic'),
      ...valuesOf(database, UNRECORDED, 'feed: does not have event'),
      ...valuesOf(database, INVENTED, 'feed: has an event that is not there:'),
    ];
  }
}

function valuesOf(database, query, message) {
  const values = database.prepare(query).pluck().all();
  return values.map((value) => `${message} ${value}`);
}
