import { describe, expect, it } from '@jest/globals';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { JsonText } from '../../json/index.js';
import { Message } from '../rows/message.js';
import { framesOf } from './frames.js';

const messageOf = (n: number, data: object): Message =>
  new Message(`a.1.${n}`, 'event.saved', 'events', { data });

async function framed(messages: readonly Message[]): Promise<(string | Buffer)[]> {
  const frames: (string | Buffer)[] = [];
  for await (const frame of framesOf(messages)) frames.push(frame);
  return frames;
}

function parse(frames: readonly (string | Buffer)[]): EventSourceMessage[] {
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  for (const frame of frames) parser.feed(frame.toString());
  return events;
}

describe('The frames of messages', () => {
  it('are one text for those that are small, in order', async () => {
    const frames = await framed([messageOf(1, { a: 1 }), messageOf(2, { b: '\n' })]);
    expect(frames).toEqual([
      'id: a.1.1\nevent: event.saved\ndata: {"a":1}\n\nid: a.1.2\nevent: event.saved\ndata: {"b":"\\n"}\n\n',
    ]);
  });

  it('keep documents with line ends of any kind, as rows of the first backend may have them', async () => {
    const document = '{"a":\n1,\r\n"b":\r2}';
    const [event] = parse(await framed([messageOf(1, { details: new JsonText(document) })]));
    expect(JSON.parse(event!.data)).toEqual({ details: { a: 1, b: 2 } });
    expect(event!.data).toBe('{"details":{"a":\n1,\n"b":\n2}}');
  });

  it('are parts of what is large, which is encoded once for all', async () => {
    const large = messageOf(2, {
      text: 'ä'.repeat(600_000),
      details: new JsonText(`[${'\n1,'.repeat(100_000)}2]`),
    });
    const messages = [messageOf(1, {}), large, messageOf(3, {})];
    const [frames, others] = [await framed(messages), await framed(messages)];
    expect(frames.length).toBeGreaterThan(4);
    expect(parse(frames).map(({ id }) => id)).toEqual(['a.1.1', 'a.1.2', 'a.1.3']);
    expect(JSON.parse(parse(frames)[1]!.data)).toEqual(JSON.parse(large.json));
    expect(others[1]).toBe(frames[1]);
  });

  it('are none of nothing', async () => {
    expect(await framed([])).toEqual([]);
  });
});
