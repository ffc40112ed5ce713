import { isatty } from 'node:tty';
import pino, { type DestinationStream, type LogDescriptor } from 'pino';
import { printable } from '../../text/printable.js';

const STANDARD_OUTPUT = 1;
/** A chunk is written when it has so many bytes, and otherwise after so many milliseconds. */
const CHUNK_BYTES = 8192;
const LONGEST_WAIT_MS = 250;
/** Where nobody takes the lines, so many bytes of them are kept; what comes then is lost, and the service goes on. */
const MOST_WAITING_BYTES = 8_388_608;

/** Where the log goes: on a terminal lines for people, elsewhere JSON in chunks, all of it written before the end. */
export async function openLogStream(): Promise<DestinationStream> {
  return isatty(STANDARD_OUTPUT) ? openTerminal(STANDARD_OUTPUT) : openChunks(STANDARD_OUTPUT);
}

/** @param dest a file descriptor, or the path of a file. */
export function openChunks(dest: number | string): DestinationStream {
  const stream = pino.destination({
    dest,
    sync: false,
    minLength: CHUNK_BYTES,
    maxLength: MOST_WAITING_BYTES,
    periodicFlush: LONGEST_WAIT_MS,
  });
  // A full disk or a reader that is gone costs lines, not the service.
  stream.on('error', () => undefined);
  const flush = stream.flushSync.bind(stream);
  stream.flushSync = () => {
    try {
      flush();
    } catch {
      // At the end of the process there is nobody left to tell.
    }
  };
  return stream;
}

/**
 * Lines for people, written at once. What a terminal would obey is taken out of them before they are coloured.
 * @param dest a file descriptor, or the path of a file.
 */
export async function openTerminal(dest: number | string): Promise<DestinationStream> {
  // Loaded only here: it takes longer to load than everything else that logs.
  const { prettyFactory } = await import('pino-pretty');
  const stream = pino.destination({ dest, sync: true });
  const prettify = prettyFactory({
    colorize: true,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'context,requestId,method,path,query,status,durationMs,bytes,client,address',
    messageFormat: describeLine,
  });
  return { write: (line) => stream.write(prettify(readLine(line))) };
}

/** A line of the log with nothing in its texts that a terminal would obey. */
function readLine(line: string): LogDescriptor {
  return JSON.parse(line, (_, value: unknown) =>
    typeof value === 'string' ? printable(value) : value,
  ) as LogDescriptor;
}

/** A line for people; what makes up a request is in one place, in the order in which it is read. */
export function describeLine(line: LogDescriptor): string {
  const { context = '', msg = '', method, path, status = 'cut off', durationMs, client, requestId } = line;
  if (method === undefined) return `[${String(context)}] ${String(msg)}`;
  const who = client === undefined ? '' : ` ${String(client)}`;
  return `${String(method)} ${String(path)} ${String(status)} ${String(durationMs)} ms${who} ${String(requestId)}`;
}
