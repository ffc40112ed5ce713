import { describe, expect, it } from '@jest/globals';
import { callsOf, inOneLine, textOf } from './tool-calls.js';
import { messagesWith, promptsOf, turnsOf, turnsOfPrompt, type MessageRow } from './turns.js';

let id = 0;
const said = (role: string, content: string, toolCalls: MessageRow['toolCalls'] = null): MessageRow => ({
  id: (id += 1),
  sessionId: 'chat',
  timestamp: '2026-11-24T06:31:04.000Z',
  role,
  content,
  model: role === 'assistant' ? 'model' : null,
  tokensUsed: role === 'assistant' ? 10 : null,
  inputTokens: null,
  outputTokens: null,
  costUsd: null,
  toolCalls,
});

describe('turnsOf', () => {
  it('puts calls, their results and the answer into one turn', () => {
    const turns = turnsOf([
      said('user', 'Why?'),
      said('assistant', '', [{ id: 'a', name: 'node_status', arguments: { node: 'pve2' } }]),
      said('tool', '{"cpu":0.9}', { id: 'a', name: 'node_status' }),
      said('assistant', 'Because.'),
      said('assistant', 'And now?'),
    ]);

    expect(turns.map(({ role, tokens, parts }) => [role, tokens, parts.map(({ kind }) => kind)])).toEqual([
      ['user', 0, ['text']],
      ['assistant', 20, ['tool', 'text']],
      ['assistant', 10, ['text']],
    ]);
    expect(turns[1]!.parts[0]).toMatchObject({ name: 'node_status', result: { content: '{"cpu":0.9}' } });
  });

  it('finds the call of a result by its id, not by its place', () => {
    const [turn] = turnsOf([
      said('assistant', '', [
        { id: 'a', name: 'one' },
        { id: 'b', name: 'two' },
      ]),
      said('tool', 'of two', { id: 'b' }),
      said('tool', 'of one', { id: 'a' }),
    ]);

    expect(turn!.parts.map((part) => part.kind === 'tool' && part.result?.content)).toEqual([
      'of one',
      'of two',
    ]);
  });

  it('shows a result without a call, and a message of nothing', () => {
    const turns = turnsOf([said('tool', 'lost'), said('assistant', '')]);

    expect(turns.map(({ parts }) => parts[0]!.kind)).toEqual(['tool', 'text']);
  });
});

describe('turnsOfPrompt', () => {
  const turns = turnsOf([
    said('assistant', 'Good morning.'),
    said('user', 'Why?'),
    said('assistant', '', { name: 'df' }),
    said('tool', 'full'),
    said('assistant', 'Because.'),
    said('assistant', 'And it grows.'),
    said('user', 'Thanks.'),
  ]);
  const [, why, , , thanks] = turns;
  const textsOf = (prompt: number | undefined): string[] =>
    turnsOfPrompt(turns, prompt).map(({ parts }) => parts.at(-1)!.message.content);

  it('is a prompt with all that followed, until the next', () => {
    expect(textsOf(why!.id)).toEqual(['Why?', 'Because.', 'And it grows.']);
  });

  it('goes to the end after the last prompt', () => {
    expect(textsOf(thanks!.id)).toEqual(['Thanks.']);
  });

  it('is everything where nobody asked, or what is asked for is not there', () => {
    expect(textsOf(undefined)).toHaveLength(turns.length);
    expect(textsOf(-1)).toHaveLength(turns.length);
    expect(turnsOfPrompt([], 1)).toEqual([]);
  });
});

describe('what is asked of messages', () => {
  it('knows prompts, and finds a text in any case, in tools as well', () => {
    const messages = [said('user', 'Disk'), said('assistant', '', { name: 'disk_usage' }), said('tool', 'x')];

    expect(promptsOf(messages)).toHaveLength(1);
    expect(messagesWith(messages, 'DISK')).toHaveLength(2);
    expect(messagesWith(messages, '')).toEqual([]);
  });
});

describe('tool calls', () => {
  it('reads the forms that clients send', () => {
    expect(callsOf([{ id: 'x', function: { name: 'top', arguments: '{"limit":3}' } }])).toEqual([
      { id: 'x', name: 'top', given: { limit: 3 } },
    ]);
    expect(callsOf({ tool_call_id: 'y', tool: 'df', input: 'all' })).toEqual([
      { id: 'y', name: 'df', given: 'all' },
    ]);
    expect(callsOf('[{"name":"df"}]')).toEqual([{ id: undefined, name: 'df', given: undefined }]);
    expect(callsOf('{broken')).toEqual([{ id: undefined, name: 'tool', given: '{broken' }]);
    expect([...callsOf(null), ...callsOf('')]).toEqual([]);
  });

  it('notes a value in one line, and in full', () => {
    expect(inOneLine({ node: 'pve2', hours: 12, type: ['alert'], events: [{}, {}], quorate: true })).toBe(
      'node pve2, hours 12, type alert, 2 events, quorate',
    );
    expect(inOneLine([{}, {}])).toBe('2 entries');
    expect(inOneLine({ saved: false, none: null })).toBe('not saved, none null');
    expect(inOneLine('a\n b')).toBe('a b');
    expect(inOneLine(undefined)).toBe('');
    expect(inOneLine('x'.repeat(300))).toHaveLength(201);
    expect(inOneLine(callsOf('{"name":"x","input":{"id":12345678901234567890}}')[0]?.given)).toBe(
      'id 12345678901234567890',
    );
    expect(textOf({ a: 1 })).toBe('{\n  "a": 1\n}');
  });
});
