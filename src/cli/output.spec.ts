import { PassThrough, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { jsonOutput } from './output.js';

const LINE = Buffer.from('{"summary":"\u009b31m \u202e ä 👩‍🔧 \\u001b"}\n');

describe('JSON lines on standard output', () => {
  it('are to the letter where another program reads them', () => {
    const pipe = new PassThrough();
    expect(jsonOutput(pipe)).toBe(pipe);
  });

  it('hold nothing on a terminal that it would obey, and mean the same, however they are cut', async () => {
    const shown: Buffer[] = [];
    const terminal = Object.assign(
      new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          shown.push(chunk);
          done();
        },
      }),
      { isTTY: true },
    );
    await pipeline(
      [...LINE].map((byte) => Buffer.of(byte)),
      jsonOutput(terminal),
    );
    const text = Buffer.concat(shown).toString();
    expect(text).toBe('{"summary":"\\u009b31m \\u202e ä 👩‍🔧 \\u001b"}\n');
    expect(JSON.parse(text)).toEqual(JSON.parse(LINE.toString()));
  });
});

describe('The commands', () => {
  it('write through the one door that knows what a terminal obeys', () => {
    const files = readdirSync('src/cli', { recursive: true, encoding: 'utf8' });
    const direct = files.filter(
      (name) =>
        /(?<!\.spec)\.ts$/.test(name) &&
        name !== 'output.ts' &&
        /process\.std(?:out|err)\.write/.test(readFileSync(join('src/cli', name), 'utf8')),
    );
    expect(direct).toEqual([]);
  });
});
