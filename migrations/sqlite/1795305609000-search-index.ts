import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The text index of events and messages. It holds the rows up to a mark, which the service moves; triggers keep what it
 * holds exact, whichever program writes: a deleted row leaves the index, and a row that was changed, or was added below
 * the mark or with an id that was given out before, is noted as stale until it is taken in again.
 */
export class SearchIndex1795305609000 implements MigrationInterface {
  readonly name = 'SearchIndex1795305609000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [MARKS, STALE, TERMS]) await runner.query(statement);
    for (const source of SOURCES) {
      for (const statement of [...indexOf(source), ...triggersOf(source)]) await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { index } of SOURCES) {
      for (const event of EVENTS) await runner.query(`DROP TRIGGER "${index}_on_${event}"`);
      await runner.query(`DROP TABLE "${index}"`);
    }
    for (const table of ['search_terms', 'search_stale', 'search_marks']) {
      await runner.query(`DROP TABLE "${table}"`);
    }
  }
}

interface Source {
  readonly kind: string;
  readonly table: string;
  readonly index: string;
  /** What is in the index of a row. */
  readonly columns: string;
}

const SOURCES: readonly Source[] = [
  {
    kind: 'event',
    table: 'events',
    index: 'search_events',
    columns: 'id, "timestamp", type, severity, source, node, summary, details',
  },
  {
    kind: 'message',
    table: 'conversations',
    index: 'search_messages',
    columns: 'id, "timestamp", content, tool_calls',
  },
];
const EVENTS = ['insert', 'delete', 'update'];

const MARKS = `CREATE TABLE "search_marks" (
  "kind" text PRIMARY KEY NOT NULL,
  "mark" integer NOT NULL,
  "rows" integer NOT NULL
) WITHOUT ROWID`;
const STALE = `CREATE TABLE "search_stale" (
  "kind" text NOT NULL,
  "id" integer NOT NULL,
  "version" integer NOT NULL,
  PRIMARY KEY ("kind", "id")
) WITHOUT ROWID`;
const TERMS = `CREATE TABLE "search_terms" (
  "kind" text NOT NULL,
  "term" text NOT NULL,
  "documents" integer NOT NULL,
  PRIMARY KEY ("kind", "term")
) WITHOUT ROWID`;

/** The index keeps no copy of the texts. Fewer and larger merges (`automerge`) cost a writer less. */
function indexOf({ kind, index }: Source): string[] {
  return [
    `CREATE VIRTUAL TABLE "${index}" USING fts5(body, tags, content='', contentless_delete=1,
      tokenize='porter unicode61 remove_diacritics 2')`,
    `INSERT INTO "${index}" ("${index}", rank) VALUES ('automerge', 8)`,
    `INSERT INTO "search_marks" ("kind", "mark", "rows") VALUES ('${kind}', 0, 0)`,
  ];
}

function triggersOf({ kind, table, index, columns }: Source): string[] {
  const mark = `(SELECT mark FROM search_marks WHERE kind = '${kind}')`;
  // A counter would begin again where a row is deleted and added while its terms are derived.
  // No `INSERT OR IGNORE`: the conflict clause of the statement that fires a trigger replaces those inside it.
  const note = (id: string): string => `
    INSERT INTO search_stale (kind, id, version) VALUES ('${kind}', ${id}, random() & 2147483647)
    ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version;`;
  // Above the mark too: a row may be replaced while its terms are derived. The sequence is raised after the statement.
  const given = `(SELECT seq FROM sqlite_sequence WHERE name = '${table}')`;
  return [
    `CREATE TRIGGER "${index}_on_insert" AFTER INSERT ON "${table}" WHEN NEW.id <= ${mark} OR NEW.id <= ${given}
      BEGIN ${note('NEW.id')} END`,
    `CREATE TRIGGER "${index}_on_delete" AFTER DELETE ON "${table}" WHEN OLD.id <= ${mark} BEGIN
      UPDATE search_marks SET rows = rows - (SELECT count(*) FROM ${index}_docsize WHERE id = OLD.id)
        WHERE kind = '${kind}';
      DELETE FROM ${index} WHERE rowid = OLD.id;
      DELETE FROM search_stale WHERE kind = '${kind}' AND id = OLD.id;
    END`,
    `CREATE TRIGGER "${index}_on_update" AFTER UPDATE OF ${columns} ON "${table}" BEGIN
      ${note('OLD.id')} ${note('NEW.id')}
    END`,
  ];
}
