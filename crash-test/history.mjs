import { digestOf, TABLES } from './check-rows.mjs';

/** The rows of earlier rounds, which must stay in the file unchanged. */
export class History {
  constructor() {
    this.last = Object.fromEntries(TABLES.map((table) => [table, 0]));
    this.counts = Object.fromEntries(TABLES.map((table) => [table, 0]));
    this.chapters = [];
  }

  /** The cheap check of each round: no row of an earlier round is missing. */
  checkCounts(database) {
    return TABLES.flatMap((table) => {
      const count = database
        .prepare(`SELECT count(*) FROM ${table} WHERE id <= ?`)
        .pluck()
        .get(this.last[table]);
      const known = this.counts[table];
      return count === known ? [] : [`${table}: of ${known} rows of earlier rounds there are now ${count}`];
    });
  }

  /** Adds the rows of a round, once they are checked. */
  add(database, round) {
    for (const table of TABLES) {
      const after = this.last[table];
      const upTo = database.prepare(`SELECT COALESCE(max(id), 0) FROM ${table}`).pluck().get();
      const added = database.prepare(`SELECT count(*) FROM ${table} WHERE id > ?`).pluck().get(after);
      this.chapters.push({ round, table, after, upTo, digest: digestOf(database, table, after, upTo) });
      this.last[table] = upTo;
      this.counts[table] += added;
    }
  }

  /** The full check at the end: every row is as it was when its round was checked. */
  checkAll(database) {
    return this.chapters
      .filter(({ table, after, upTo, digest }) => digestOf(database, table, after, upTo) !== digest)
      .map(({ round, table }) => `${table}: rows of round ${round} were changed later`);
  }

  get rows() {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }
}
