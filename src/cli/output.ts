import { StringDecoder } from 'node:string_decoder';
import { Transform, type Writable } from 'node:stream';
import { printable, printableJson } from '../text/printable.js';

/** Writes to stderr what a command has to say. */
export function say(text: string): void {
  process.stderr.write(printable(text));
}

/** Writes to stdout what a command has found. */
export function print(text: string): void {
  process.stdout.write(printable(text));
}

/** Writes to stdout what a script may take and use, such as a path: to the letter, but on a terminal. */
export function printResult(text: string): void {
  process.stdout.write(process.stdout.isTTY ? printable(text) : text);
}

/** Where JSON lines go that are not written to a file: to the letter, but on a terminal. */
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
