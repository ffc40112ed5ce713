// What PostgreSQL has and the engines that speak its protocol lack, hidden by functions of the same signature:
// notifications fail, advisory locks exclude nobody and say yes, the version is another product's.

const KEYS = ['bigint', 'integer, integer'];

/** @param {string} signature @param {string} result @param {string} statement */
const hide = (signature, result, statement) =>
  `create function crippled.${signature} returns ${result} language sql as $$ ${statement} $$;`;

const LOCKS = ['lock', 'lock_shared', 'xact_lock', 'xact_lock_shared'].flatMap((lock) =>
  KEYS.flatMap((keys) => [
    hide(`pg_advisory_${lock}(${keys})`, 'void', 'select'),
    hide(`pg_try_advisory_${lock}(${keys})`, 'boolean', 'select true'),
  ]),
);

const UNLOCKS = ['unlock', 'unlock_shared'].flatMap((unlock) =>
  KEYS.map((keys) => hide(`pg_advisory_${unlock}(${keys})`, 'boolean', 'select true')),
);

/** Statements for a superuser. They take effect where the schema comes before `pg_catalog` in the search path. */
export const CRIPPLE = [
  'create schema crippled;',
  'grant usage on schema crippled to public;',
  ...LOCKS,
  ...UNLOCKS,
  hide('pg_advisory_unlock_all()', 'void', 'select'),
  hide(
    'version()',
    'text',
    `select 'CockroachDB CCL v25.2.2 (x86_64-pc-linux-gnu, built 2025/06/23 13:44:42, go1.23.7)'::text`,
  ),
  `create function crippled.pg_notify(text, text) returns void language plpgsql as $$
   begin raise feature_not_supported using message = 'unimplemented: NOTIFY'; end $$;`,
].join('\n');
