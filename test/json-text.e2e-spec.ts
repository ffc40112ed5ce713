import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Test } from 'supertest';
import { ConversationsService, EventsService, SnapshotsService } from '../src/index.js';
import { anEvent, aMessage } from './factories/index.js';
import { expectProblem } from './factories/problem.js';
import { startService, type TestService } from './support/service.js';

/** What a JavaScript object would not keep: order of names, digits, a name that comes twice, escapes. */
const TEXT = '{"b":1,"101":1.50,"100":12345678901234567890,"b":-0.0,"\\u0061":"\\/\\u00e9","e":1E+2}';
const WRITTEN_BY_HAND = TEXT.replaceAll(',"', ' ,\n\t"').replaceAll('":', '" : ');
const AS_OBJECT: unknown = JSON.parse(TEXT);

describe('JSON over HTTP', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.destroy());

  function post(path: string, body: string): Test {
    return service.call('post', `/memory/${path}`).type('json').send(body);
  }

  async function textOf(path: string): Promise<string> {
    return (await service.call('get', `/memory/${path}`).expect(200)).text;
  }

  it.each([
    ['as it is', TEXT],
    ['with white space outside strings, which goes', WRITTEN_BY_HAND],
    ['as a text', JSON.stringify(WRITTEN_BY_HAND)],
  ])('comes back to the letter in details, sent %s', async (_, sent) => {
    const event = `{"type":"alert","source":"monitor","summary":"x","node":"letter","details":${sent}}`;
    const { text, body } = await post('events', event).expect(201);
    const id = String(body.event.id);
    expect(text).toContain(`"details":${TEXT},`);
    expect(await textOf(`events/${id}`)).toBe(text);
    expect(await textOf('events?node=letter&limit=1')).toContain(`"details":${TEXT},`);
    expect(await textOf('events/unresolved?node=letter&limit=1')).toContain(`"details":${TEXT},`);
    const resolved = await post(`events/${id}/resolve`, '{}').expect(200);
    expect(resolved.text).toContain(`"details":${TEXT},`);
  });

  it('comes back to the letter in every event of a batch', async () => {
    const event = (details: string): string =>
      `{"type":"alert","source":"monitor","summary":"x","node":"batch","details":${details}}`;
    const events = [TEXT, `[${WRITTEN_BY_HAND}]`, 'null', JSON.stringify(TEXT)].map(event).join();
    const { text } = await post('events/batch', `{"\\u0065vents" : [${events}]}`).expect(201);
    const found = [...text.matchAll(/"details":(.*?),"resolved"/g)].map(([, details]) => details);
    expect(found).toEqual([TEXT, `[${TEXT}]`, 'null', TEXT]);
  });

  it('comes back to the letter in tool calls', async () => {
    const message = `{"sessionId":"letter","role":"tool","content":"","toolCalls":[${WRITTEN_BY_HAND}]}`;
    const { text } = await post('conversations', message).expect(201);
    expect(text).toContain(`"toolCalls":[${TEXT}]}`);
    expect(await textOf('conversations/letter')).toContain(`"toolCalls":[${TEXT}]}`);
  });

  it('comes back to the letter in snapshots', async () => {
    const { text, body } = await post('snapshots', `{"snapshot":${WRITTEN_BY_HAND}}`).expect(201);
    expect(text).toContain(`"snapshot":${TEXT}}`);
    expect(await textOf(`snapshots/${String(body.snapshot.id)}`)).toBe(text);
    expect(await textOf('snapshots/latest')).toBe(text);
    expect(await textOf('snapshots?limit=1')).toContain(`"snapshot":${TEXT}}`);
  });

  it('is an object for other modules of the process, whichever door it came in by', async () => {
    const [events, conversations, snapshots] = [EventsService, ConversationsService, SnapshotsService].map(
      (type) => service.app.get<unknown>(type, { strict: false }),
    ) as [EventsService, ConversationsService, SnapshotsService];
    expect((await events.getRecentEvents(1))[0]?.details).toEqual(AS_OBJECT);
    expect((await conversations.getSessionMessages('letter'))[0]?.toolCalls).toEqual([AS_OBJECT]);
    expect((await snapshots.getLatestSnapshot())?.snapshot).toEqual(AS_OBJECT);
    const saved = await events.saveEvent(anEvent({ details: TEXT }));
    expect(saved.details).toEqual(AS_OBJECT);
    expect(await textOf(`events/${saved.id}`)).toContain(`"details":${TEXT},`);
    const message = await conversations.saveMessage(aMessage({ toolCalls: [{ b: 1, 101: 1.5 }] }));
    expect(message.toolCalls).toEqual([{ b: 1, 101: 1.5 }]);
  });

  it('of a row that another program wrote is answered as it lies, and as a text where it is no JSON', async () => {
    const insert =
      "INSERT INTO events (timestamp, type, source, summary, node, details) VALUES (?, 'alert', 'user', 'x', 'old', ?)";
    const kept = ['{"a": 1.0,\n "b":2}', ' [1e400]', `${'['.repeat(100)}${']'.repeat(100)}`];
    const words = ['{cut', '{"a":1}x', '[1,]', 'words', '', '42', '"quoted"', "{'a':1}"];
    for (const details of [...kept, ...words].reverse())
      await service.store.run(insert, '2020-01-01T00:00:00.000Z', details);
    const text = await textOf('events?node=old');
    const found = [...text.matchAll(/"details":(.*?),"resolved"/gs)].map(([, details]) => details);
    expect(found).toEqual([...kept, ...words.map((word) => JSON.stringify(word))]);
  });

  describe('is counted before any of it is built', () => {
    it('refuses too many values', async () => {
      const body = `{"snapshot":{"a":[${'{},'.repeat(5_000_000)}{}]}}`;
      const answer = await post('snapshots', body).expect(400);
      expectProblem(answer.body, 'too_many_values');
      expect(answer.body.detail).toContain('200000');
    });

    it('refuses too many fields, which are built one by one', async () => {
      const fields = Array.from({ length: 20_000 }, (_, index) => `"k${index}":1`).join();
      expectProblem((await post('events', `{${fields}}`).expect(400)).body, 'too_many_values');
    });

    it('refuses too many values in a text, with those of the other texts', async () => {
      const text = JSON.stringify(`[${'1,'.repeat(150_000)}1]`);
      const event = `{"type":"alert","source":"monitor","summary":"x","details":${text}}`;
      expectProblem(
        (await post('events/batch', `{"events":[${event},${event}]}`).expect(400)).body,
        'too_many_values',
      );
    });

    it.each([
      [
        'a text that is too long to be looked at',
        JSON.stringify('[1,'.repeat(400_000)),
        /at most 1048576 bytes/,
      ],
      ['a text that is no JSON', '"[1"', /must be a JSON object or array/],
      ['a text with a number without end', `"[${'1'.repeat(5000)}]"`, /4096 characters/],
      ['a number without end', `[${'1'.repeat(5000)}]`, /4096 characters/],
    ])('refuses %s, and names the field', async (_, details, message) => {
      const event = `{"type":"alert","source":"monitor","summary":"x","details":${details}}`;
      const { body } = await post('events', event).expect(400);
      expectProblem(body, 'validation_failed', ['details']);
      expect(body.errors).toEqual([{ field: 'details', message: expect.stringMatching(message) as unknown }]);
    });

    it('takes as many as are allowed', async () => {
      const values = 199_000;
      const snapshot = `{"a":[${Array.from({ length: values - 3 }, () => '{}').join()}]}`;
      const { text } = await post('snapshots', `{"snapshot":${snapshot},"timestamp":"2001-01-01"}`).expect(
        201,
      );
      expect(text).toContain(`"snapshot":${snapshot}}`);
    });
  });

  it('is exported to the letter', async () => {
    const { text: lines } = await service.call('get', '/memory/export').buffer(true).expect(200);
    expect(lines).toContain(`"details":${TEXT},`);
    expect(lines).toContain(`"snapshot":${TEXT}}`);
    expect(lines).toContain(`"toolCalls":[${TEXT}]}`);
  });
});
