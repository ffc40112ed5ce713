import { describe, expect, it } from '@jest/globals';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { JsonText } from '../../json/index.js';
import { Message } from '../rows/message.js';
import { framesOf } from './frames.js';

const messageOf = (n: number, data: object): Message =>
  new Message(`a.1.${n}`, 'event.saved', 'events', { data });

function parse(frames: readonly Buffer[]): EventSourceMessage[] {
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  for (const frame of frames) parser.feed(frame.toString());
  return events;
}

describe('The frames of messages', () => {
  it('are one text for those that are small, in order', async () => {
    const frames = await framesOf([messageOf(1, { a: 1 }), messageOf(2, { b: '\n' })]);
    expect(frames.map(String)).toEqual([
      'id: a.1.1\nevent: event.saved\ndata: {"a":1}\n\nid: a.1.2\nevent: event.saved\ndata: {"b":"\\n"}\n\n',
    ]);
  });

  it('keep documents with line ends of any kind, as rows of the first backend may have them', async () => {
    const document = '{"a":\n1,\r\n"b":\r2}';
    const [event] = parse(await framesOf([messageOf(1, { details: JsonText.of(document) })]));
    expect(JSON.parse(event!.data)).toEqual({ details: { a: 1, b: 2 } });
    expect(event!.data).toBe('{"details":{"a":\n1,\n"b":\n2}}');
  });

  it('are parts of what is large, which is encoded once for all', async () => {
    const large = messageOf(2, {
      text: 'ä'.repeat(600_000),
      details: JsonText.of(`[${'\n1,'.repeat(100_000)}2]`),
    });
    const frames = await framesOf([messageOf(1, {}), large, messageOf(3, {})]);
    const others = await framesOf([messageOf(1, {}), large]);
    expect(frames.length).toBeGreaterThan(4);
    expect(parse(frames).map(({ id }) => id)).toEqual(['a.1.1', 'a.1.2', 'a.1.3']);
    expect(JSON.parse(parse(frames)[1]!.data)).toEqual(JSON.parse(large.json));
    expect(others[1]).toBe(frames[1]);
  });

  it('are encoded once for all who get the same ones, and are bounded', async () => {
    const messages = Array.from({ length: 20 }, (_, n) => messageOf(n, { text: 'x'.repeat(10_000) }));
    const frames = await framesOf(messages);
    expect(await framesOf(messages)).toBe(frames);
    expect(frames.map(({ length }) => length < 80_000)).toEqual([true, true, true]);
    expect(parse(frames)).toHaveLength(20);
  });

  it('are none of nothing', async () => {
    expect(await framesOf([])).toEqual([]);
  });
});
