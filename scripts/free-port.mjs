import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that a system gives to connections and to whoever asks for any: one of these may be taken at once. */
const PORTS = /** @type {const} */ ([20_000, 32_000]);

/** A TCP port on which nothing listens now. @returns {Promise<number>} */
export async function freePort() {
  const port = randomInt(...PORTS);
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return freePort();
  }
  server.close();
  await once(server, 'close');
  return port;
}
