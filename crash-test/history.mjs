import { digestOf, TABLES } from './check-rows.mjs';

/** The rows of earlier rounds, which must stay in the database unchanged. */
export class History {
  constructor() {
    this.last = Object.fromEntries(TABLES.map((table) => [table, 0]));
    this.counts = Object.fromEntries(TABLES.map((table) => [table, 0]));
    this.chapters = [];
  }

  /** The cheap check of each round: no row of an earlier round is missing. */
  async checkCounts(database) {
    const findings = [];
    for (const table of TABLES) {
      const [{ count }] = await database.all(`SELECT count(*) AS count FROM ${table} WHERE id <= ?`, [
        this.last[table],
      ]);
      const known = this.counts[table];
      if (count !== known)
        findings.push(`${table}: of ${known} rows of earlier rounds there are now ${count}`);
    }
    return findings;
  }

  /** Adds the rows of a round, once they are checked. */
  async add(database, round) {
    for (const table of TABLES) {
      const after = this.last[table];
      const [{ last, added }] = await database.all(
        `SELECT max(id) AS last, count(*) AS added FROM ${table} WHERE id > ?`,
        [after],
      );
      const upTo = last ?? after;
      const digest = await digestOf(database, table, after, upTo);
      this.chapters.push({ round, table, after, upTo, digest });
      this.last[table] = upTo;
      this.counts[table] += added;
    }
  }

  /** The full check at the end: every row is as it was when its round was checked. */
  async checkAll(database) {
    const findings = [];
    for (const { round, table, after, upTo, digest } of this.chapters) {
      const isSame = (await digestOf(database, table, after, upTo)) === digest;
      if (!isSame) findings.push(`${table}: rows of round ${round} were changed later`);
    }
    return findings;
  }

  get rows() {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }
}
