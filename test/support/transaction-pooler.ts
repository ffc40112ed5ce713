import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import pg from 'pg';

const HEAD_BYTES = 5;
const LENGTH_BYTES = 4;
const SSL_REQUEST = 80_877_103;
/** No process of the server has this number. */
const ANNOUNCED_PROCESS = 999_999_999;

/**
 * Stands before a server as PgBouncer does in transaction mode: each transaction of a client takes a connection of a few,
 * the one that was used last. In statement mode it refuses to begin a transaction.
 */
export async function startTransactionPooler(
  url: string,
  { isStatementMode = false } = {},
): Promise<{ url: string; close: () => void }> {
  const clients = [1, 2].map(() => new pg.Client({ connectionString: url }));
  for (const client of clients) await client.connect();
  const idle = clients.map((client) => {
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
    for (const name of ['data', 'end', 'close', 'error']) stream.removeAllListeners(name);
    return stream.on('error', () => undefined);
  });
  const sockets = new Set(idle);
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    serve(socket, idle, isStatementMode);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const address = new URL(url);
  address.searchParams.delete('host');
  return {
    url: Object.assign(address, { host: `127.0.0.1:${port}` }).href,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function serve(client: Socket, idle: Socket[], isStatementMode: boolean): void {
  let behind: Socket | undefined;
  let hasStarted = false;
  let unanswered = 0;
  const toClient = (bytes: Buffer): void => {
    client.write(bytes);
    for (const { type, body } of messagesOf(bytes)) {
      if (type !== 'Z') continue;
      unanswered--;
      if (unanswered === 0 && body.toString() === 'I') release();
    }
  };
  const release = (): void => {
    if (!behind) return;
    behind.removeListener('data', toClient);
    idle.push(behind);
    behind = undefined;
  };
  client.on('error', () => undefined);
  client.on('data', (bytes) => {
    if (!hasStarted) {
      if (bytes.readInt32BE(LENGTH_BYTES) === SSL_REQUEST) return client.write('N');
      hasStarted = true;
      return client.write(greeting());
    }
    const messages = messagesOf(bytes);
    if (messages.some(({ type }) => type === 'X')) return client.end();
    if (isStatementMode && messages.some(({ body }) => body.toString().startsWith('BEGIN')))
      return client.write(Buffer.concat([refusal(), message('Z', Buffer.from('I'))]));
    behind ??= idle.pop()?.on('data', toClient);
    unanswered += messages.filter(({ type }) => type === 'Q' || type === 'S').length;
    return behind?.write(bytes);
  });
}

/** Whole messages: what these tests send and are answered fits into one piece. */
function messagesOf(bytes: Buffer): { type: string; body: Buffer }[] {
  const found = [];
  for (let at = 0; at + HEAD_BYTES <= bytes.length;) {
    const end = at + 1 + bytes.readInt32BE(at + 1);
    found.push({ type: bytes.toString('latin1', at, at + 1), body: bytes.subarray(at + HEAD_BYTES, end) });
    at = end;
  }
  return found;
}

function greeting(): Buffer {
  const key = Buffer.alloc(2 * LENGTH_BYTES);
  key.writeInt32BE(ANNOUNCED_PROCESS);
  return Buffer.concat([
    message('R', Buffer.alloc(LENGTH_BYTES)),
    message('K', key),
    message('Z', Buffer.from('I')),
  ]);
}

function refusal(): Buffer {
  return message('E', Buffer.from('SERROR\0VERROR\0C08P01\0Mtransaction blocks not allowed\0\0'));
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(type);
  head.writeInt32BE(LENGTH_BYTES + body.length, 1);
  return Buffer.concat([head, body]);
}
