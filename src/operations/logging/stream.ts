import { isatty } from 'node:tty';
import pino, { type DestinationStream, type LogDescriptor } from 'pino';
import { printable } from '../../text/printable.js';

const STANDARD_OUTPUT = 1;
/** A chunk is flushed when it reaches this size, and at the latest after this interval. */
const CHUNK_BYTES = 8192;
const FLUSH_INTERVAL_MS = 250;
/** Buffer limit while the reader of the log is stalled; lines past it are dropped, and the service goes on. */
const MAX_WAITING_BYTES = 8_388_608;

/** Opens the log: on a terminal formatted lines, elsewhere buffered JSON, flushed before the process ends. */
export async function openLogStream(): Promise<DestinationStream> {
  return isatty(STANDARD_OUTPUT) ? openTerminal(STANDARD_OUTPUT) : openChunks(STANDARD_OUTPUT);
}

/** @param dest a file descriptor, or the path of a file. */
export function openChunks(dest: number | string): DestinationStream {
  const stream = pino.destination({
    dest,
    sync: false,
    minLength: CHUNK_BYTES,
    maxLength: MAX_WAITING_BYTES,
    periodicFlush: FLUSH_INTERVAL_MS,
  });
  // A full disk or a closed reader loses lines, and does not stop the service.
  stream.on('error', () => undefined);
  const flush = stream.flushSync.bind(stream);
  stream.flushSync = () => {
    try {
      flush();
    } catch {
      // Called at the end of the process, where the error cannot be logged any more.
    }
  };
  return stream;
}

/**
 * Formatted lines, written synchronously. Control sequences are removed from them before they are coloured.
 * @param dest a file descriptor, or the path of a file.
 */
export async function openTerminal(dest: number | string): Promise<DestinationStream> {
  // Loaded on demand: it takes longer to load than the rest of the logging.
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

/** Parses a line of the log, and removes terminal control sequences from its texts. */
function readLine(line: string): LogDescriptor {
  return JSON.parse(line, (_, value: unknown) =>
    typeof value === 'string' ? printable(value) : value,
  ) as LogDescriptor;
}

/** Formats a line for a terminal, with the members of a request in reading order. */
export function describeLine(line: LogDescriptor): string {
  const { context = '', msg = '', method, path, status = 'cut off', durationMs, client, requestId } = line;
  if (method === undefined) return `[${String(context)}] ${String(msg)}`;
  const who = client === undefined ? '' : ` ${String(client)}`;
  return `${String(method)} ${String(path)} ${String(status)} ${String(durationMs)} ms${who} ${String(requestId)}`;
}
