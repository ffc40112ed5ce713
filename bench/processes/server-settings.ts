import type { AddressInfo } from 'node:net';

export interface ServerSettings {
  file: string;
  port: number;
  host: string;
  secret: string;
  password: string;
}

/** The peer and the limit read the same variables as the service, so that all three are started alike. */
export function serverSettings(): ServerSettings {
  const { DB_PATH, PORT = '0', HOST = '127.0.0.1', JWT_SECRET = '', JARVIS_PASSWORD = '' } = process.env;
  if (!DB_PATH) throw new Error('DB_PATH is required');
  return { file: DB_PATH, port: Number(PORT), host: HOST, secret: JWT_SECRET, password: JARVIS_PASSWORD };
}

export function announce(name: string, address: AddressInfo | string | null): void {
  const port = typeof address === 'object' ? address?.port : undefined;
  process.stdout.write(`${JSON.stringify({ ready: name, port })}\n`);
}

/** A benchmark that is killed leaves no server behind: the channel to it closes, and the child goes with it. */
export function exitWithParent(): void {
  process.on('disconnect', () => process.exit(0));
}
