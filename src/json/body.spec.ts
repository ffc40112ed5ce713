import { describe, expect, it } from '@jest/globals';
import { parseBody } from './body.js';
import { JsonText } from './json-text.js';
import { JsonFault } from './tokens.js';

const LISTS = new Set(['events']);
const MEGABYTE = 1_048_576;
const TEXTS = new Map([['details', MEGABYTE]]);

function parse(text: string): Promise<unknown> {
  return parseBody(Buffer.from(text), LISTS, TEXTS);
}

function body(...details: string[]): string {
  return JSON.stringify({ events: details.map((text) => ({ details: text })) });
}

/** How often the event loop turned while the body was read. */
async function turnsOf(text: string): Promise<number> {
  let turns = 0;
  let isRunning = true;
  const count = (): void => {
    turns++;
    if (isRunning) setImmediate(count);
  };
  setImmediate(count);
  await parse(text);
  isRunning = false;
  return turns;
}

describe('Documents that a body holds as texts', () => {
  it('become documents, in the body and in the elements of its lists, and nowhere else', async () => {
    const text = '{"details":"[1.0, 2]","other":"[1.0]","events":[{"details":" {}"},"[1.0]",{"other":"[]"}]}';
    expect(await parse(text)).toEqual({
      details: documentOf('[1.0,2]'),
      other: '[1.0]',
      events: [{ details: documentOf('{}') }, '[1.0]', { other: '[]' }],
    });
  });

  it('leave what is wrong with them to the rules of the field', async () => {
    const { events } = (await parse(body('[1', '7', '[1e400]', '[]'))) as { events: { details: unknown }[] };
    const reasons = events.map(({ details }) => (details instanceof JsonFault ? details.reason : details));
    expect(reasons).toEqual(['malformed', 'malformed', 'number', documentOf('[]')]);
  });

  it('are not read where they are too long', async () => {
    const text = `[${'1,'.repeat(MEGABYTE)}1]`;
    expect(await parse(body(text))).toEqual({ events: [{ details: text }] });
  });

  it('hold values that count as those of the body do, those of wrong ones too', async () => {
    const most = 200_000;
    const outside = 6;
    const half = Array.from({ length: (most - outside) / 2 - 2 }, () => '1').join();
    await expect(parse(body(`[${half},1]`, `[${half},1]`))).resolves.toBeDefined();
    for (const first of [`[${half},1,1]`, `[${half},1,1`]) {
      const tooMany = parse(body(first, `[${half},1]`));
      await expect(tooMany).rejects.toMatchObject({ code: 'too_many_values' });
    }
  });

  it.each([
    ['large ones', Array.from({ length: 8 }, () => `["${'x'.repeat(MEGABYTE - 4)}"]`)],
    ['many small ones', Array.from({ length: 512 }, () => `["${'x'.repeat(16_000)}"]`)],
  ])('are read with turns of the event loop in between: %s', async (_, texts) => {
    const text = body(...texts);
    const slices = Math.floor(text.length / 262_144);
    const turnsOfTheBody = await turnsOf(text.replaceAll('details', 'nothing'));
    expect(await turnsOf(text)).toBeGreaterThanOrEqual(turnsOfTheBody + Math.floor((slices * 3) / 4));
  });

  it('are made well-formed with turns of the event loop in between', async () => {
    const halves = '\ud800'.repeat(300_000);
    expect(await turnsOf(JSON.stringify({ details: `["${halves}"]` }))).toBeGreaterThanOrEqual(20);
  });
});

describe('What is too long in a body', () => {
  it.each([
    ['a number', `{"details":{"a":[${'1'.repeat(4097)}]}}`, 'details', /4096 characters/],
    ['a number outside documents', `{"costUsd":0.${'1'.repeat(4097)}}`, 'costUsd', /4096 characters/],
    ['a text', `{"content":"${'x'.repeat(6 * MEGABYTE)}"}`, 'content', /6291456 bytes/],
    ['a name', `{"${'n'.repeat(1025)}":1}`, `${'n'.repeat(100)}…`, /not a known field/],
  ])('is refused with its field: %s', async (_, text, field, message) => {
    const errors = [{ field, message: expect.stringMatching(message) as unknown }];
    await expect(parse(text)).rejects.toMatchObject({ code: 'validation_failed', errors });
  });
});

function documentOf(text: string): JsonText {
  return JsonText.ofUtf8(Buffer.from(text));
}
