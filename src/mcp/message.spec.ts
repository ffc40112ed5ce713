import { describe, expect, it } from '@jest/globals';
import { parseBody, JsonText } from '../json/index.js';
import { listNames, textDocuments } from '../validation/index.js';
import { turnsDuring } from '../../test/support/turns.js';
import { readMessage } from './message.js';

const read = async (text: string): Promise<unknown> =>
  readMessage(await parseBody(Buffer.from(text), listNames, textDocuments));

describe('A message', () => {
  it('has plain objects, and arguments with documents as they were sent', async () => {
    const text =
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","_meta":{"a":[1]},"arguments":{"n":1,"s":"t","d":{"2":1,"1":1.10}}}}';
    expect(await read(text)).toEqual({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name: 'x',
        _meta: { a: [1] },
        arguments: { n: 1, s: 't', d: JsonText.ofUtf8(Buffer.from('{"2":1,"1":1.10}')) },
      },
    });
  });

  it.each([
    ['{"method":"ping"}', { method: 'ping' }],
    ['{"params":null}', { params: null }],
    ['{"params":{"arguments":null}}', { params: { arguments: null } }],
    ['{"params":{"capabilities":{"a":{}}}}', { params: { capabilities: { a: {} } } }],
    ['{"id":{"a":1}}', { id: { a: 1 } }],
  ])('%s is read as it is', async (text, message) => {
    expect(await read(text)).toEqual(message);
  });

  it('of 4 MB lets others have their turns', async () => {
    const list = `[${'{"a":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},'.repeat(45_000)}1]`;
    const text = `{"params":{"arguments":{"details":${list},"content":"${'\\u0041'.repeat(300_000)}"}}}`;
    const body = await parseBody(Buffer.from(text), listNames, textDocuments);
    expect(await turnsDuring(() => readMessage(body))).toBeGreaterThan(20);
  });
});
