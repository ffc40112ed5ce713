import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { printMessage } from './output.js';

/** A stream that discards the echo of the terminal. */
const discard = (): Writable =>
  new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });

/**
 * Prompts on the terminal for a line without echo.
 * @throws Error where the terminal is closed, or Ctrl-C is pressed, before the line ends.
 */
export function askSecret(question: string): Promise<string> {
  printMessage(question);
  const lines = createInterface({ input: process.stdin, output: discard(), terminal: true });
  lines.once('SIGINT', () => {
    lines.close();
  });
  return firstLine(lines).finally(() => {
    printMessage('\n');
  });
}

/**
 * Reads one line from standard input.
 * @throws Error where there is none.
 */
export function readLine(): Promise<string> {
  return firstLine(createInterface({ input: process.stdin }));
}

function firstLine(lines: Interface): Promise<string> {
  return new Promise((resolve, reject) => {
    lines.once('close', () => {
      reject(new Error('There is no line to read; nothing was changed.'));
    });
    lines.once('line', (line) => {
      resolve(line);
      lines.close();
    });
  });
}
