import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What conversations used, summed by quarter of an hour and model, so that a year by days needs no look at the messages.
 * Triggers maintain it in the transaction of the message, whichever program writes it.
 */
export class Usage1795305608000 implements MigrationInterface {
  readonly name = 'Usage1795305608000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [TABLE, CHANGES, FILL, ON_INSERT, ON_DELETE, ON_UPDATE]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const event of ['insert', 'delete', 'update']) {
      await runner.query(`DROP TRIGGER "conversation_usage_on_${event}"`);
    }
    await runner.query('DROP TABLE "conversation_usage_changes"');
    await runner.query('DROP TABLE "conversation_usage"');
  }
}

const COLUMNS = [
  '"began_at" text NOT NULL',
  '"model" text NOT NULL',
  '"message_count" integer NOT NULL',
  '"tokens_used" integer NOT NULL',
  '"input_tokens" integer NOT NULL',
  '"output_tokens" integer NOT NULL',
  '"cost" integer NOT NULL',
].join(', ');
/** Time zones differ by quarters of an hour, so that the days of each of them are sums of rows. */
const TABLE = `CREATE TABLE "conversation_usage" (${COLUMNS}, PRIMARY KEY ("began_at", "model")) WITHOUT ROWID`;
/** Empty here; PostgreSQL keeps in it what other programs change until they commit. */
const CHANGES = `CREATE TABLE "conversation_usage_changes" (${COLUMNS})`;

const key = (row: string): string => {
  const minute = `substr(${row}"timestamp", 15, 2)`;
  const quarter = `CASE WHEN ${minute} < '15' THEN '00' WHEN ${minute} < '30' THEN '15' WHEN ${minute} < '45' THEN '30' ELSE '45' END`;
  return `substr(${row}"timestamp", 1, 14) || ${quarter} || ':00.000Z', substr(COALESCE(${row}model, ''), 1, 255)`;
};

/** An absurd amount counts as the most that one message can have, so that no sum overflows. */
const bounded = (value: string, most = '10000000000000'): string =>
  `CASE WHEN ${value} > ${most} THEN ${most} WHEN ${value} > 0 THEN ${value} ELSE 0 END`;
const tokens = (value: string): string => bounded(`CAST(COALESCE(${value}, 0) AS integer)`);
/**
 * The cost is kept in billionths of a dollar, as a whole number: what was added can be subtracted again to the last digit.
 * A file of the first backend has it as a text.
 */
const amounts = (row: string): readonly string[] => [
  '1',
  tokens(`COALESCE(${row}tokens_used, COALESCE(${row}input_tokens, 0) + COALESCE(${row}output_tokens, 0))`),
  tokens(`${row}input_tokens`),
  tokens(`${row}output_tokens`),
  `CAST(round((${bounded(`CAST(COALESCE(${row}cost_usd, 0) AS real)`, '10000')}) * 1e9) AS integer)`,
];
const SUMS = ['message_count', 'tokens_used', 'input_tokens', 'output_tokens', 'cost'];
const NAMES = ['began_at', 'model', ...SUMS].join(', ');

const FILL = `INSERT INTO conversation_usage (${NAMES})
  SELECT ${key('')}, ${amounts('')
    .map((amount) => `sum(${amount})`)
    .join(', ')} FROM conversations GROUP BY 1, 2`;

const ADD = `
  INSERT INTO conversation_usage (${NAMES}) VALUES (${key('NEW.')}, ${amounts('NEW.').join(', ')})
  ON CONFLICT (began_at, model) DO UPDATE SET ${SUMS.map((sum) => `${sum} = ${sum} + excluded.${sum}`).join(', ')};`;

const WHERE_OLD = `WHERE (began_at, model) = (${key('OLD.')})`;
const SUBTRACT = `
  UPDATE conversation_usage SET
    ${SUMS.map((sum, index) => `${sum} = ${sum} - ${amounts('OLD.')[index] ?? ''}`).join(', ')} ${WHERE_OLD};`;
const REMOVE_EMPTY = `
  DELETE FROM conversation_usage ${WHERE_OLD} AND message_count = 0;`;

const ON_INSERT = `CREATE TRIGGER "conversation_usage_on_insert" AFTER INSERT ON "conversations" BEGIN ${ADD}
END`;
const ON_DELETE = `CREATE TRIGGER "conversation_usage_on_delete" AFTER DELETE ON "conversations" BEGIN ${SUBTRACT} ${REMOVE_EMPTY}
END`;
const ON_UPDATE = `CREATE TRIGGER "conversation_usage_on_update"
AFTER UPDATE OF "timestamp", model, tokens_used, input_tokens, output_tokens, cost_usd ON "conversations" BEGIN ${SUBTRACT} ${ADD} ${REMOVE_EMPTY}
END`;
