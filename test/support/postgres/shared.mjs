// One server for all test files of a run. It belongs to the process that outlives them, and is started when the first
// of them asks: who asks for no database does not wait for one.
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Databases } from './databases.mjs';
import { watch } from './processes.mjs';
import { unavailable } from './programs.mjs';
import { startServer } from './server.mjs';

const ASK_AT = 'JARVIS_TEST_POSTGRES';

/** @type {(() => Promise<void>) | undefined} */
let close;
/** @type {import('./server.mjs').Server | undefined} */
let server;
/** @type {Promise<Databases> | undefined} */
let started;
/** @type {Promise<Databases> | undefined} */
let known;

/** In the process that runs the test files, before them. */
export async function offerDatabases() {
  const folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-databases-'));
  const remove = watch(folder);
  const path = join(folder, 'socket');
  const office = createServer((asking) => {
    // Who asked may have ended meanwhile.
    asking.on('error', () => undefined);
    started ??= start();
    started.then(
      ({ access }) => asking.end(JSON.stringify({ access })),
      (/** @type {Error} */ { message }) => asking.end(JSON.stringify({ message })),
    );
  }).listen(path);
  office.unref();
  await once(office, 'listening');
  process.env[ASK_AT] = path;
  close = async () => {
    office.close();
    await remove();
  };
}

/** In the same process, after them. */
export async function withdrawDatabases() {
  await close?.();
  const databases = await started?.catch(() => undefined);
  if (!server) await databases?.removeAll();
  await server?.destroy();
  started = server = undefined;
}

async function start() {
  const { TEST_DATABASE_URL } = process.env;
  if (!TEST_DATABASE_URL) {
    server = await startServer();
    return Databases.on(server.url);
  }
  return Databases.on(TEST_DATABASE_URL).catch((/** @type {Error} */ { message }) => {
    throw unavailable(`TEST_DATABASE_URL is set, but: ${message}`);
  });
}

/**
 * A fresh database on the server of this run.
 * @param {import('./databases.mjs').DatabaseOptions} [options]
 * @returns {Promise<import('./databases.mjs').TestDatabase>}
 */
export async function createDatabase(options) {
  known ??= ask();
  return (await known).create(options);
}

async function ask() {
  const path = process.env[ASK_AT];
  if (!path) throw new Error(`Nobody offers databases: ${ASK_AT} is set by the global setup of Jest.`);
  /** @type {{ access?: import('./databases.mjs').Access, message?: string }} */
  const { access, message } = JSON.parse(await text(connect(path)));
  if (!access) throw new Error(message);
  return new Databases(access);
}
