import { setImmediate as nextTurn } from 'node:timers/promises';
import { partsOf } from '../../json/index.js';
import type { Message } from '../rows/message.js';

/** A larger message is encoded once for all streams, in parts. */
const LARGE = 65_536;
const LINE_ENDS = /\r\n|[\r\n]/g;

const large = new WeakMap<Message, Promise<readonly Buffer[]>>();

/** Messages as server-sent events: what is small in one text, so that it is one write. */
export async function* framesOf(messages: readonly Message[]): AsyncGenerator<string | Buffer, void> {
  let text = '';
  for (const message of messages) {
    if (message.size < LARGE) {
      text += frameOf(message);
      continue;
    }
    if (text !== '') yield text;
    text = '';
    yield* await largeFrameOf(message);
  }
  if (text !== '') yield text;
}

function frameOf(message: Message): string {
  return `${headOf(message)}${inLines(message.json)}\n\n`;
}

function headOf({ id, type }: Message): string {
  return `id: ${id}\nevent: ${type}\ndata: `;
}

/** Documents come back to the letter, so that they may have line ends between their values. */
function inLines(json: string): string {
  return json.replace(LINE_ENDS, '\ndata: ');
}

function largeFrameOf(message: Message): Promise<readonly Buffer[]> {
  const known = large.get(message) ?? encode(message);
  large.set(message, known);
  return known;
}

async function encode(message: Message): Promise<readonly Buffer[]> {
  const parts = [Buffer.from(headOf(message))];
  for (const part of partsOf(message.json)) {
    parts.push(Buffer.from(inLines(part)));
    await nextTurn();
  }
  parts.push(Buffer.from('\n\n'));
  return parts;
}
