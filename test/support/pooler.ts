import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

const STARTUP = 196_608;
const LENGTH_BYTES = 4;
/** As PgBouncer says it, with the code of a protocol violation. */
const REFUSAL = 'unsupported startup parameter: statement_timeout';

/** What stands before a server as PgBouncer does that is not told to ignore what it does not know. */
export async function startPooler(socketFile: string): Promise<{ port: number; close: () => void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const behind = connect(socketFile);
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.once('data', (first) => {
      const isStartup = first.readInt32BE(LENGTH_BYTES) === STARTUP;
      if (isStartup && first.includes('statement_timeout')) {
        client.end(refusal());
        behind.destroy();
        return;
      }
      behind.write(first);
      client.pipe(behind).pipe(client);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function refusal(): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C08P01\0M${REFUSAL}\0\0`);
  const head = Buffer.alloc(1 + LENGTH_BYTES);
  head.write('E');
  head.writeInt32BE(LENGTH_BYTES + fields.length, 1);
  return Buffer.concat([head, fields]);
}
