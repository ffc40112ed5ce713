import { connect, type Socket } from 'node:net';

/** Who is at an address. */
export interface Listener {
  readonly host: string;
  readonly port: number;
}

/** What answers there: by its first bytes. */
export type Spoken = 'postgres' | 'mysql' | 'http' | 'tls' | 'silence' | 'nothing else that is known';

/** It is asked after a connection has waited five seconds in vain. */
const TIMEOUT_MS = 1000;
const SSL_REQUEST_BYTES = 8;
const SSL_REQUEST = 80_877_103;
const MYSQL_PROTOCOL_OFFSET = 4;
/** The greeting of its protocol, or an error such as "Host is blocked". */
const MYSQL_PROTOCOLS = [0x0a, 0xff];
const TLS_ALERT = 0x15;

/**
 * Asks as every client of PostgreSQL may: whether it speaks TLS. PostgreSQL says so with one letter; MySQL greets without
 * being asked; a web server takes it for a bad request.
 * @throws the error of the network.
 */
export async function whoListens({ host, port }: Listener): Promise<Spoken> {
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect({ host, port });
  const request = Buffer.alloc(SSL_REQUEST_BYTES);
  request.writeInt32BE(SSL_REQUEST_BYTES);
  request.writeInt32BE(SSL_REQUEST, MYSQL_PROTOCOL_OFFSET);
  socket.write(request);
  try {
    return spokenIn(await firstBytes(socket));
  } finally {
    socket.destroy();
  }
}

/** None where nothing comes in time, or the connection is closed. @throws the error of the network. */
function firstBytes(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const nothing = (): void => {
      resolve(Buffer.alloc(0));
    };
    const timer = setTimeout(nothing, TIMEOUT_MS);
    socket.once('data', resolve);
    socket.once('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
      nothing();
    });
  });
}

function spokenIn(bytes: Buffer): Spoken {
  if (bytes.length === 0) return 'silence';
  if (/^[SNE]/.test(bytes.toString('latin1', 0, 1))) return 'postgres';
  if (bytes.toString('latin1').startsWith('HTTP/')) return 'http';
  if (MYSQL_PROTOCOLS.includes(bytes[MYSQL_PROTOCOL_OFFSET] ?? 0)) return 'mysql';
  return bytes[0] === TLS_ALERT ? 'tls' : 'nothing else that is known';
}
