import { CATALOGUE } from '../../catalogue.js';
import { broken, good, limit, type Finding } from '../../finding.js';
import { migrations } from '../../../../migrations/postgres/index.js';
import { appliedMigrations } from '../alongside.js';
import { DatabaseRefused, refuseOthers, requireSupported } from '../migrator.js';
import type { Session } from './session.js';

/** The newest version that the tests have run with. */
const NEWEST_TESTED = 18;
const OTHER_ENGINE_MEANS =
  'docs/15-postgresql.md says what is known of others; the service was not run on them.';

interface Version {
  readonly version: string;
  readonly major: number;
}

const VERSION = `SELECT split_part(split_part(version(), ' (', 1), ' on ', 1) AS "version",
  current_setting('server_version_num')::int / 10000 AS "major"`;

export async function checkVersion(session: Session): Promise<Finding> {
  const refused = await refusalOf(() => requireSupported(session));
  const { version, major } = await session.one<Version>(VERSION);
  if (refused !== undefined) return broken('server', refused);
  if (!version.startsWith('PostgreSQL')) return limit('server', `It is ${version}.`, OTHER_ENGINE_MEANS);
  if (major <= NEWEST_TESTED) return good('server', `${version}, with UTF8.`);
  return limit('server', `It is ${version}, newer than the newest tested, ${NEWEST_TESTED}.`);
}

interface Standby {
  readonly isStandby: boolean;
  readonly isReadOnly: boolean;
}

const STANDBY = `SELECT pg_is_in_recovery() AS "isStandby", current_setting('transaction_read_only') = 'on' AS "isReadOnly"`;

export async function checkWritable(session: Session): Promise<Finding> {
  const { isStandby, isReadOnly } = await session.one<Standby>(STANDBY);
  if (isStandby)
    return broken(
      'writing',
      'The server is a standby, which only reads.',
      'Name the primary in DATABASE_URL.',
    );
  if (isReadOnly)
    return broken(
      'writing',
      'Transactions only read (default_transaction_read_only), so that nothing is saved.',
    );
  return good('writing', 'The server is a primary, and takes writes.');
}

/** What is in the database now. */
export async function checkMemory(session: Session): Promise<Finding> {
  const refused = await refusalOf(() => refuseOthers(session));
  if (refused !== undefined) return broken('memory', refused);
  const applied = await appliedMigrations(session);
  if (applied.length === 0) return good('memory', 'None yet: the first start makes its tables.');
  const pending = migrations.length - applied.length;
  if (pending === 0) return good('memory', 'It is of this version.');
  return good('memory', `It is of an earlier version: the next start makes ${pending} migrations.`);
}

interface Rights {
  readonly schema: string | null;
  readonly mayCreate: boolean | null;
  readonly foreign: string | null;
  readonly isSuperuser: boolean;
}

const RIGHTS = `SELECT current_schema() AS "schema", has_schema_privilege(current_schema(), 'CREATE') AS "mayCreate",
  (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS "isSuperuser",
  (SELECT min(tablename::text) FROM pg_tables WHERE schemaname = current_schema() AND tablename::text = ANY ($1)
    AND NOT pg_has_role(current_user, tableowner, 'USAGE')) AS "foreign"`;

/** Migrations make tables, and change those that are there. */
export async function checkRights(session: Session): Promise<Finding> {
  const names = CATALOGUE.map(({ name }) => name);
  const { schema, mayCreate, foreign, isSuperuser } = await session.one<Rights>(RIGHTS, [names]);
  if (schema === null) return broken('rights', 'The search path of the role leads to no schema.');
  if (mayCreate !== true)
    return broken('rights', `The role has no right to create tables in the schema ${schema}.`);
  if (foreign !== null)
    return broken('rights', `The table ${foreign} belongs to another role: an update could not migrate it.`);
  const means = isSuperuser ? 'It is a superuser, which is not needed, and not wise.' : undefined;
  return good('rights', 'The role may create tables, and those of the memory are its own.', means);
}

async function refusalOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof DatabaseRefused) return error.reason;
    throw error;
  }
}
