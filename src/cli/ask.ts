import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { say } from './output.js';

/** Takes what a terminal would echo. */
const nowhere = (): Writable =>
  new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });

/**
 * Asks on the terminal for a line that is not shown while it is typed.
 * @throws Error where the terminal is closed, or Ctrl-C is pressed, before the line ends.
 */
export function askSecret(question: string): Promise<string> {
  say(question);
  const lines = createInterface({ input: process.stdin, output: nowhere(), terminal: true });
  lines.once('SIGINT', () => {
    lines.close();
  });
  return firstOf(lines).finally(() => {
    say('\n');
  });
}

/**
 * Reads one line from standard input.
 * @throws Error where there is none.
 */
export function readLine(): Promise<string> {
  return firstOf(createInterface({ input: process.stdin }));
}

function firstOf(lines: Interface): Promise<string> {
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
