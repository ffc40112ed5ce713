import { EnvError, makeValidator } from 'envalid';

const MAX_PORT = 65_535;
const SCHEME = /^postgres(?:ql)?:\/\//;
/** `URL` needs the name of a host also where `?host=` names the folder of a Unix socket, and goes before it. */
const WITHOUT_HOST = /^(\w+:\/\/[^/?#]*@)(?=\/[^#]*[?&]host=)/;

/** The password is part of the value: no message repeats anything of it. */
const EXPECTED =
  'must be of the form postgres://user:password@host:5432/database, or postgres://user:password@%2Ffolder/database ' +
  'for a Unix socket. In user, password and database, characters such as : / ? # @ % are percent-encoded';

/** An empty variable, as a compose file may leave it, counts as unset. */
export const databaseUrl = makeValidator<string>((value) => {
  const text = value.trim();
  if (text === '') return text;
  if (!SCHEME.test(text)) throw new EnvError(`is for PostgreSQL only: it ${EXPECTED}`);
  const url = parse(text);
  if (url && isComplete(url)) return url.href;
  throw new EnvError(EXPECTED);
});

/** Which database it is, for people: without user and password. */
export function describeDatabaseUrl(text: string): string {
  const url = new URL(text);
  return `PostgreSQL, database ${databaseOf(url)} on ${hostOf(url)}${portOf(url) && `:${portOf(url)}`}`;
}

function parse(text: string): URL | undefined {
  const complete = text.replace(WITHOUT_HOST, '$1localhost');
  return URL.canParse(complete) ? new URL(complete) : undefined;
}

function isComplete(url: URL): boolean {
  try {
    decodeURIComponent(url.username + url.password);
    const port = Number(portOf(url));
    const isOneHost = /^[^,]+$/.test(hostOf(url));
    return isOneHost && databaseOf(url) !== '' && url.hash === '' && port >= 0 && port <= MAX_PORT;
  } catch {
    // An invalid percent-encoding.
    return false;
  }
}

/** A name, an address, or the folder of a Unix socket. */
function hostOf({ hostname, searchParams }: URL): string {
  return searchParams.get('host') || decodeURIComponent(hostname);
}

function portOf({ port, searchParams }: URL): string {
  return searchParams.get('port') || port;
}

function databaseOf({ pathname }: URL): string {
  return decodeURIComponent(pathname.slice(1));
}
