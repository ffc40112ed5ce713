import { setImmediate as nextTurn } from 'node:timers/promises';
import { partsOf } from '../../json/index.js';
import type { Message } from '../rows/message.js';

/** A frame ends about here; a larger message is encoded in parts. */
const LARGE = 65_536;
const LINE_ENDS = /\r\n|[\r\n]/g;

const known = new WeakMap<readonly Message[], Promise<readonly Buffer[]>>();
const large = new WeakMap<Message, Promise<readonly Buffer[]>>();

/** Messages as server-sent events, several in one frame, encoded once for all streams that write the same list. */
export function framesOf(messages: readonly Message[]): Promise<readonly Buffer[]> {
  const frames = known.get(messages) ?? encodeAll(messages);
  known.set(messages, frames);
  return frames;
}

async function encodeAll(messages: readonly Message[]): Promise<readonly Buffer[]> {
  const frames: Buffer[] = [];
  let text = '';
  const end = (): void => {
    if (text !== '') frames.push(Buffer.from(text));
    text = '';
  };
  for (const message of messages) {
    if (message.size < LARGE) text += frameOf(message);
    if (text.length >= LARGE || message.size >= LARGE) end();
    if (message.size >= LARGE) frames.push(...(await largeFrameOf(message)));
  }
  end();
  return frames;
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
