import { aMessage, anEvent, aSnapshot, nestedJson } from './index.js';

/** What is wrong, the body that has it, and the fields that the refusal has to name. */
export type BadInput = readonly [what: string, body: unknown, fields: readonly string[]];

const LONG = 'x'.repeat(1001);
const TOO_DEEP: unknown = JSON.parse(nestedJson(65));
const MORE_THAN_ONE_MEGABYTE = 'x'.repeat(1_048_577);

function without(body: object, name: string): object {
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));
}

/** Each wrong value of one field as a bad input of its own. */
function wrong(base: object, field: string, values: readonly (readonly [string, unknown])[]): BadInput[] {
  return values.map(([what, value]) => [`${field} that is ${what}`, { ...base, [field]: value }, [field]]);
}

const NOT_A_CHOICE = [
  ['outside its values', 'nonsense'],
  ['in capitals', 'ALERT'],
  ['empty', ''],
  ['a list', ['alert']],
  ['a number', 1],
] as const;
const NOT_A_TEXT = [
  ['empty', ''],
  ['a number', 12],
  ['a boolean', true],
  ['a list', ['a']],
  ['an object', {}],
] as const;
const NOT_A_MOMENT = [
  ['no date', 'yesterday'],
  ['a date and time without offset', '2026-11-22T20:15:00'],
  ['a day that does not exist', '2026-02-30'],
  ['a time without a date', '20:15:00Z'],
  ['a number', 1_700_000_000],
  ['null', null],
  ['empty', ''],
] as const;
const NOT_A_CONTAINER = [
  ['a number', 42],
  ['a boolean', true],
  ['a text that is no JSON', 'words'],
  ['a text of a JSON number', '42'],
  ['an empty text', ''],
  ['nested 65 levels deep', TOO_DEEP],
  ['a text nested 65 levels deep', nestedJson(65)],
  ['a text with a number that no double holds', '{"a":1e400}'],
  ['larger than a megabyte', { a: MORE_THAN_ONE_MEGABYTE }],
] as const;
const NOT_A_COUNT = [
  ['negative', -1],
  ['a fraction', 1.5],
  ['a text', '5'],
  ['2^53', 2 ** 53],
  ['a list', [1]],
] as const;
const LONG_TEXT = [['256 characters long', 'x'.repeat(256)]] as const;

export const BAD_EVENTS: readonly BadInput[] = [
  ...['type', 'source', 'summary'].map((name): BadInput => [`no ${name}`, without(anEvent(), name), [name]]),
  ...wrong(anEvent(), 'type', [...NOT_A_CHOICE, ['null', null]]),
  ...wrong(anEvent(), 'source', [...NOT_A_CHOICE, ['null', null]]),
  ...wrong(anEvent(), 'severity', [...NOT_A_CHOICE, ['null', null]]),
  ...wrong(anEvent(), 'summary', [...NOT_A_TEXT, ['null', null], ['1001 characters long', LONG]]),
  ...wrong(anEvent(), 'node', [...NOT_A_TEXT, ...LONG_TEXT]),
  ...wrong(anEvent(), 'details', NOT_A_CONTAINER),
  ...wrong(anEvent(), 'timestamp', NOT_A_MOMENT),
  ['an extra field', { ...anEvent(), colour: 'red' }, ['colour']],
  ['a misspelt optional field', { ...anEvent(), serverity: 'error' }, ['serverity']],
  ['a field with another case', { ...anEvent(), Node: 'pve1' }, ['Node']],
  ['a field that only answers have', { ...anEvent(), id: 7, resolved: true }, ['id', 'resolved']],
  ['a misspelt required field', { ...without(anEvent(), 'type'), tpye: 'alert' }, ['tpye', 'type']],
  ['nothing', {}, ['type', 'source', 'summary']],
];

export const BAD_MESSAGES: readonly BadInput[] = [
  ...['sessionId', 'role', 'content'].map((name): BadInput => [
    `no ${name}`,
    without(aMessage(), name),
    [name],
  ]),
  ...wrong(aMessage(), 'sessionId', [...NOT_A_TEXT, ...LONG_TEXT, ['null', null]]),
  ...wrong(aMessage(), 'role', [...NOT_A_CHOICE, ['null', null]]),
  ...wrong(aMessage(), 'content', [
    ['a number', 12],
    ['null', null],
    ['a list', ['a']],
    ['larger than a megabyte', MORE_THAN_ONE_MEGABYTE],
  ]),
  ...wrong(aMessage(), 'model', [...NOT_A_TEXT, ...LONG_TEXT]),
  ...wrong(aMessage(), 'tokensUsed', NOT_A_COUNT),
  ...wrong(aMessage(), 'inputTokens', NOT_A_COUNT),
  ...wrong(aMessage(), 'outputTokens', NOT_A_COUNT),
  ...wrong(aMessage(), 'costUsd', [
    ['negative', -0.01],
    ['a text', '0.01'],
    ['a list', [1]],
  ]),
  ...wrong(aMessage(), 'toolCalls', NOT_A_CONTAINER),
  ...wrong(aMessage(), 'timestamp', NOT_A_MOMENT),
  ['an extra field', { ...aMessage(), temperature: 0.7 }, ['temperature']],
  ['the column name instead of the field', { ...aMessage(), tokens_used: 5 }, ['tokens_used']],
  ['a misspelt required field', { ...without(aMessage(), 'role'), rol: 'user' }, ['rol', 'role']],
  ['nothing', {}, ['sessionId', 'role', 'content']],
];

export const BAD_SNAPSHOTS: readonly BadInput[] = [
  ...wrong({}, 'snapshot', [
    ['null', null],
    ['a list', [aSnapshot()]],
    ['a text of an object', '{}'],
    ['a number', 1],
    ['nested 65 levels deep', TOO_DEEP],
    ['larger than 16 MB', { a: 'x'.repeat(16 * 1_048_576) }],
  ]),
  ...wrong({ snapshot: aSnapshot() }, 'timestamp', NOT_A_MOMENT),
  ['no snapshot', { timestamp: '2026-11-22' }, ['snapshot']],
  ['an extra field', { snapshot: aSnapshot(), node: 'pve1' }, ['node']],
  ['the state itself without its envelope', aSnapshot(), ['quorate', 'nodes', 'snapshot']],
  ['nothing', {}, ['snapshot']],
];

export const BAD_PREFERENCES: readonly BadInput[] = [
  ...wrong({}, 'value', [
    ['null', null],
    ['a list', ['dark']],
    ['an object', { theme: 'dark' }],
    ['larger than a megabyte', MORE_THAN_ONE_MEGABYTE],
  ]),
  ['an extra field', { value: 'dark', key: 'other' }, ['key']],
  ['a misspelt field', { vlaue: 'dark' }, ['vlaue', 'value']],
  ['nothing', {}, ['value']],
];
