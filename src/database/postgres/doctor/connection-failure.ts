import pg from 'pg';
import type { PostgresOptions } from '../../database.options.js';
import { broken, type Finding } from '../../finding.js';
import { codeOf } from '../../../problems/errors.js';
import { describeError } from '../../../problems/described-error.js';
import { clientOptions } from '../connection/client-options.js';
import { sqlStateOf } from '../connection/errors.js';
import { refusalReason } from '../refusal.js';
import { whoListens, type Spoken } from './listener.js';

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there.',
  ENOENT: 'There is no socket of a server in that folder.',
  EACCES: 'The socket may not be used by this account.',
  ENOTFOUND: 'The name of the host is not known.',
  EAI_AGAIN: 'The name of the host cannot be looked up.',
  EHOSTUNREACH: 'There is no way to the host.',
  ENETUNREACH: 'There is no way to its network.',
};

const OTHERS: Readonly<Record<Spoken, string | undefined>> = {
  postgres: undefined,
  mysql: 'MySQL or MariaDB answers there: the service needs PostgreSQL.',
  http: 'A web server answers there (HTTP), no database.',
  tls: 'Something that speaks TLS alone answers there, and not as PostgreSQL does.',
  silence: 'The host is there, or lets nothing be known, and nothing answers.',
  'nothing else that is known': 'Something answers there that is not PostgreSQL.',
};

/** Why no session could be opened, in words. */
export async function describeConnectionFailure(server: PostgresOptions, error: unknown): Promise<Finding> {
  const state = sqlStateOf(error);
  if (state !== undefined) return broken('server', serverReason(error, state));
  const told = NETWORK[codeOf(error) ?? ''] ?? OTHERS[await listenerAt(server)];
  return broken('server', told ?? `No connection is made: ${describeError(error).message}`);
}

function serverReason(error: unknown, state: string): string {
  if (state.startsWith('53')) return 'The server takes no more connections.';
  if (state.startsWith('57P')) return 'The server is starting or ending.';
  const reason = refusalReason(error);
  return reason.includes('the log says why') ? `The server says: ${describeError(error).message}` : reason;
}

/** The address is the driver's own reading of the URL. */
function listenerAt(server: PostgresOptions): Promise<Spoken> {
  const { host, port } = new pg.Client(clientOptions(server));
  return whoListens({ host, port }).catch(() => 'silence');
}
