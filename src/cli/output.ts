import { StringDecoder } from 'node:string_decoder';
import { Transform, type Writable } from 'node:stream';
import { printable, printableJson } from '../text/printable.js';

/** Writes a message to stderr. */
export function printMessage(text: string): void {
  process.stderr.write(printable(text));
}

/** Writes a result to stdout. */
export function print(text: string): void {
  process.stdout.write(printable(text));
}

/** Writes a value for scripts, such as a path, to stdout: unchanged, except on a terminal. */
export function printResult(text: string): void {
  process.stdout.write(process.stdout.isTTY ? printable(text) : text);
}

/** Standard output for JSON lines: unchanged, except on a terminal, where control characters are escaped. */
export function jsonOutput(output: Writable & { isTTY?: boolean } = process.stdout): Writable {
  if (!output.isTTY) return output;
  const decoder = new StringDecoder();
  const shown = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      done(null, printableJson(decoder.write(chunk)));
    },
  });
  shown.pipe(output, { end: false });
  return shown;
}
