import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { CRIPPLE } from './crippled.mjs';

/**
 * @typedef {object} Template What many databases begin with, filled once per server.
 * @property {string} name
 * @property {(url: string) => Promise<unknown>} fill Has closed its connections when it resolves.
 */

/**
 * @typedef {object} DatabaseOptions
 * @property {Template} [template] An empty database where it is not given.
 * @property {boolean} [crippled] Without notifications and locks, and with the version of another product.
 */

/**
 * What another process needs to create databases on the same server.
 * @typedef {object} Access
 * @property {string} adminUrl Of a superuser.
 * @property {string} ownerUrl Of a role that owns the databases and is no superuser.
 * @property {string} prefix Of the names of everything that is made.
 */

// Sorted by the rules of a language unless a column says otherwise: a test sees a `COLLATE "C"` that is missing.
const EMPTY = `template0 encoding 'UTF8' locale 'C' locale_provider icu icu_locale 'en-US'`;

/** The databases that one run of tests makes on a server. */
export class Databases {
  /** @param {Access} access */
  constructor(access) {
    this.access = access;
  }

  /** @param {string} adminUrl @returns {Promise<Databases>} */
  static async on(adminUrl) {
    const prefix = `jarvis_test_${randomName()}`;
    const password = randomName();
    await query(adminUrl, `create role ${prefix} login password '${password}'`);
    const ownerUrl = withParts(adminUrl, { username: prefix, password });
    return new Databases({ adminUrl, ownerUrl, prefix });
  }

  /** A fresh one. @param {DatabaseOptions} [options] @returns {Promise<TestDatabase>} */
  async create({ template, crippled = false } = {}) {
    const source = template ? await this.#ready(template) : EMPTY;
    const name = `${this.access.prefix}_${randomName()}`;
    await this.#createFrom(source, name);
    const database = new TestDatabase(this.access, name);
    if (crippled) await database.cripple();
    return database;
  }

  /** Everything that this run made. */
  async removeAll() {
    const { adminUrl, prefix } = this.access;
    const databases = await query(
      adminUrl,
      'select datname from pg_database where starts_with(datname, $1)',
      [prefix],
    );
    for (const { datname } of databases)
      await query(adminUrl, `drop database ${String(datname)} with (force)`);
    await query(adminUrl, `drop role ${prefix}`);
  }

  /** The first that asks fills it while the others, in other processes too, wait for the lock. @param {Template} template */
  async #ready({ name, fill }) {
    const { adminUrl, prefix } = this.access;
    const ready = `${prefix}_template_${name}`;
    await connected(adminUrl, async (client) => {
      await client.query('select pg_advisory_lock(hashtext($1))', [ready]);
      const { rowCount } = await client.query('select from pg_database where datname = $1', [ready]);
      if (rowCount) return;
      const filling = `${ready}_${randomName()}`;
      await this.#createFrom(EMPTY, filling);
      await fill(new TestDatabase(this.access, filling).url);
      // Without connections, autovacuum's included, nothing delays a copy.
      await client.query(`alter database ${filling} allow_connections false`);
      await client.query(`alter database ${filling} rename to ${ready}`);
    });
    return ready;
  }

  /** @param {string} source @param {string} name */
  async #createFrom(source, name) {
    const { adminUrl, prefix } = this.access;
    await query(adminUrl, `create database ${name} owner ${prefix} template ${source}`);
  }
}

/** A database of a test. */
export class TestDatabase {
  #server;

  /** @param {Access} access @param {string} name */
  constructor(access, name) {
    this.name = name;
    this.#server = access.adminUrl;
    /** For the service: of the role that owns the database. */
    this.url = withParts(access.ownerUrl, { pathname: name });
    /** Of the superuser, in this database. */
    this.adminUrl = withParts(access.adminUrl, { pathname: name });
  }

  /**
   * One statement, as the owner. @param {string} text @param {unknown[]} [values]
   * @returns {Promise<Record<string, unknown>[]>}
   */
  async query(text, values) {
    return query(this.url, text, values);
  }

  /**
   * The same as the superuser. @param {string} text @param {unknown[]} [values]
   * @returns {Promise<Record<string, unknown>[]>}
   */
  async queryAsAdmin(text, values) {
    return query(this.adminUrl, text, values);
  }

  /** From the next connection on, what distributed engines lack does not work. */
  async cripple() {
    await this.queryAsAdmin(CRIPPLE);
    // First where tables are made and found, then the functions that hide those of PostgreSQL.
    await this.queryAsAdmin(`alter database ${this.name} set search_path = public, crippled, pg_catalog`);
  }

  /** Ends the connections to it, as a failing server does. */
  async disconnectAll() {
    await query(this.#server, 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
      this.name,
    ]);
  }

  /** Whoever is connected. */
  async drop() {
    await query(this.#server, `drop database if exists ${this.name} with (force)`);
  }
}

/** @param {string} url @param {string} text @param {unknown[]} [values] @returns {Promise<Record<string, unknown>[]>} */
async function query(url, text, values) {
  return connected(url, async (client) => (await client.query(text, values)).rows);
}

/** @template Result @param {string} url @param {(client: pg.Client) => Promise<Result>} work */
async function connected(url, work) {
  const client = new pg.Client({ connectionString: url });
  // A connection that ends under a statement rejects the statement; that is enough.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** @param {string} url @param {Partial<Pick<URL, 'username' | 'password' | 'pathname'>>} parts */
function withParts(url, parts) {
  return Object.assign(new URL(url), parts).href;
}

function randomName() {
  return randomBytes(6).toString('hex');
}
