import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { JsonText } from './json-text.js';
import { JsonReader, type ReadOptions } from './reader.js';
import { JsonFault } from './tokens.js';

function read(text: string, options?: ReadOptions): unknown {
  return new JsonReader(Buffer.from(text), options).read();
}

function reasonOf(text: string, options?: ReadOptions): string | undefined {
  try {
    read(text, options);
    return undefined;
  } catch (error) {
    if (error instanceof JsonFault) return error.reason;
    throw error;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What `JSON.parse` makes of it, with every document parsed. */
function plain(value: unknown): unknown {
  if (value instanceof JsonText) return value.parse();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

const LISTS = new Set(['events', 'list']);
/** JSON as a hand may write it. */
const json = fc
  .tuple(
    fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' }),
    fc.constantFrom('', ' ', '\t', '\r\n', ' \n\t '),
  )
  .map(([value, space]) => {
    const text = JSON.stringify(value, null, space.replace(/[\r\n]/g, ''));
    return `${space}${text}${space}`;
  });
const body = fc
  .dictionary(
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('events', 'list', '__proto__', '', '1')),
    fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))),
    ),
  )
  .map((value) => JSON.stringify(value));

describe('The grammar of JSON', () => {
  it('takes all that JSON.parse takes', () => {
    fc.assert(
      fc.property(json, (text) => {
        expect(reasonOf(text)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('refuses whatever JSON.parse refuses, and nothing else, where a character was lost, added or exchanged', () => {
    const character = fc.oneof(
      fc.constantFrom(...'{}[]:,"\\/ \t\n\r\0\u001f\u00a0\ufefftfnue01.-+E9'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    );
    const edit = fc.tuple(json, fc.nat(), fc.nat(2), character);
    fc.assert(
      fc.property(edit, ([text, place, removed, added]) => {
        const characters = [...text];
        characters.splice(place % (characters.length + 1), removed, added);
        const edited = characters.join('');
        expect([edited, reasonOf(edited) ?? 'json']).toEqual([edited, isJson(edited) ? 'json' : 'malformed']);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ...[
      '',
      ' ',
      '{',
      '[',
      '}',
      ']',
      '[}',
      '{]',
      '[1,]',
      '[,1]',
      '{,}',
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      '{a:1}',
    ],
    ...[
      "{'a':1}",
      '[1 2]',
      '[1]]',
      '{}{}',
      '{} x',
      'nul',
      'nulL',
      'truefalse',
      'undefined',
      'NaN',
      'Infinity',
    ],
    ...[
      '01',
      '-',
      '-x',
      '1.',
      '.1',
      '1.e1',
      '1e',
      '1e+',
      '+1',
      '0x1',
      '1_000',
      '--1',
      '1..2',
      '1e1.5',
      '00',
      '-01',
    ],
    ...[
      '"',
      '"\\',
      '"\\"',
      '"\\x"',
      '"\\u12"',
      '"\\u12g4"',
      '"\t"',
      '"\n"',
      '"a\u0000"',
      '/* */1',
      '1//',
      '\ufeff1',
    ],
    ...[
      '[1}',
      '{"a":1]',
      '[[]',
      '{"a":{}',
      '[1:2]',
      '{"a",1}',
      '{"a":1:2}',
      '{1:2}',
      '{null:1}',
      '\u00a01',
      '\v1',
    ],
  ])('refuses %j', (text) => {
    expect(isJson(text)).toBe(false);
    expect(reasonOf(text)).toBe('malformed');
  });

  it.each([
    ...[
      '0',
      '-0',
      '1.50',
      '1E+2',
      '1e-400',
      '0.0e0',
      '12345678901234567890',
      '"\\u00e9\\ud800"',
      '"\u007f\u2028"',
    ],
    ...[
      '[]',
      '{}',
      '[[],{},[{}]]',
      '{"":{}}',
      '{"a":1,"a":2}',
      ' [ ] ',
      '"\\\\"',
      '"\\/\\b\\f\\n\\r\\t"',
      '"🚨"',
    ],
  ])('takes %j', (text) => {
    expect(isJson(text)).toBe(true);
    expect(reasonOf(text)).toBeUndefined();
  });
});

describe('The outer level', () => {
  it('is what JSON.parse makes of it, for any body', () => {
    fc.assert(
      fc.property(body, fc.constantFrom(0, 2), (text, indent) => {
        const written = JSON.stringify(JSON.parse(text), null, indent);
        expect(plain(read(written, { lists: LISTS }))).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('is the same wherever the slices end', async () => {
    await fc.assert(
      fc.asyncProperty(body, fc.integer({ min: 1, max: 40 }), async (text, size) => {
        const value = await new JsonReader(Buffer.from(text), { lists: LISTS }).readInSlices(size);
        expect(plain(value)).toEqual(JSON.parse(text));
      }),
      { numRuns: 300 },
    );
  });

  it('has its members in the order of JSON.parse, one called __proto__ among them', () => {
    const text =
      '{"b":1,"__proto__":{"x":1},"2":0,"events":[{"__proto__":"y","a":1},{"__proto__":null}],"b":2}';
    const value = read(text, { lists: LISTS });
    expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(text)));
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('holds scalars, and documents as their text', () => {
    expect(read(' {"a":1.50, "b":"x\\u0041","c":null,"d":[true ],"e":{ "x" : "y z" }}')).toEqual({
      a: 1.5,
      b: 'xA',
      c: null,
      d: documentOf('[true]'),
      e: documentOf('{"x":"y z"}'),
    });
  });

  it('keeps documents to the letter: digits, order, escapes and names that come twice', () => {
    const document = '{"b":1,"101":1.50,"100":12345678901234567890,"b":-0,"\\u0062":"\\/\\u00e9é🚨"}';
    expect(read(`{"details":${document}}`)).toEqual({ details: documentOf(document) });
  });

  it('takes lists apart, and their elements like the root', () => {
    const text =
      '{"events":[{"a":{"x":1.0},"events":[1.0]},7,[2.0],{},"x"],"other":[{"a":1.0}],"list":{"a":1.0}}';
    expect(read(text, { lists: LISTS })).toEqual({
      events: [{ a: documentOf('{"x":1.0}'), events: documentOf('[1.0]') }, 7, documentOf('[2.0]'), {}, 'x'],
      other: documentOf('[{"a":1.0}]'),
      list: documentOf('{"a":1.0}'),
    });
  });

  it('does not take what was sent for what stands in the place of a document', () => {
    const text = '{"events":[{"":0},{"":[1.0]},[0]],"a":[[0]],"":0,"b":{"":0}}';
    expect(read(text, { lists: LISTS })).toEqual({
      events: [{ '': 0 }, { '': documentOf('[1.0]') }, documentOf('[0]')],
      a: documentOf('[[0]]'),
      '': 0,
      b: documentOf('{"":0}'),
    });
  });

  it('takes the last of two members of one name, as JSON.parse does, however the name is written', () => {
    expect(read('{"a":[1],"a":[2.0],"\\u0061":[3.0]}')).toEqual({ a: documentOf('[3.0]') });
    expect(read('{"events":{"a":1},"\\u0065vents":[{"a":[1.0]}]}', { lists: LISTS })).toEqual({
      events: [{ a: documentOf('[1.0]') }],
    });
    expect(read('{"events":[{"a":[1.0]}],"events":{"a":2.0}}', { lists: LISTS })).toEqual({
      events: documentOf('{"a":2.0}'),
    });
  });

  it('is a document itself where it is an array, or where that is wanted', () => {
    expect(read('[{"a": 1.0}]')).toEqual(documentOf('[{"a":1.0}]'));
    expect(read(' {"a": 1.0} ', { isDocument: true })).toEqual(documentOf('{"a":1.0}'));
    expect(read(' {"a": 1.0} ', { isDocument: true, keepsWhiteSpace: true })).toEqual(
      documentOf('{"a": 1.0}'),
    );
  });

  it('keeps white space in strings, and outside of them where it is told to', () => {
    const document = '{ "a b" :\t[ 1 , " c\\" d " ],\r\n"e":\n{ } }';
    expect(read(`{"d": ${document} }`)).toEqual({ d: documentOf('{"a b":[1," c\\" d "],"e":{}}') });
    expect(read(`{"d": ${document} }`, { keepsWhiteSpace: true })).toEqual({ d: documentOf(document) });
  });
});

describe('The bounds of what is read', () => {
  it('are the values, each scalar, object and array counting one', () => {
    expect(reasonOf('{"a":[1,2,{"b":"c"}],"d":null}', { maxValues: 7 })).toBeUndefined();
    expect(reasonOf('{"a":[1,2,{"b":"c"}],"d":null}', { maxValues: 6 })).toBe('values');
  });

  it('are the values outside of documents', () => {
    const text = '{"events":[{"a":1,"b":[1,2,3,4]},{"a":1}],"c":{"x":[1,2,3,4]}}';
    // The root, the list, two elements, three members in them; b and c are documents, whose values do not count.
    expect(reasonOf(text, { maxFields: 8, lists: LISTS })).toBeUndefined();
    expect(reasonOf(text, { maxFields: 7, lists: LISTS })).toBe('fields');
  });

  it.each([
    ['{"a":[[1]]}', 'a'],
    ['{"x":[1],"\\u0061b":{"y":{}},"z":[[1]]}', 'ab'],
    ['{"list":[{"a":1},2,{"b":[1],"c":{"y":[]}}]}', 'list.2.c'],
    ['{"list":[{"a":1},2,[[]]]}', 'list.2'],
    ['[[1]]', ''],
    ['{"list":[],"10":1,"a":[[1]]}', 'a'],
  ])('name the document in %s that is nested too deep', (text, path) => {
    const reader = new JsonReader(Buffer.from(text), { maxDepth: 1, lists: LISTS });
    expect(() => reader.read()).toThrow(expect.objectContaining({ reason: 'depth' }));
    expect(reader.path).toBe(path);
  });

  it.each(['1e309', '-1e309', '1e+99999', `1${'0'.repeat(309)}`, `-${'9'.repeat(400)}.5`])(
    'name the document that holds %.9s, and leave the outer level to its rules',
    (number) => {
      const reader = new JsonReader(Buffer.from(`{"a":{"b":[${number}]}}`), { onlyDoubles: true });
      expect(() => reader.read()).toThrow(expect.objectContaining({ reason: 'number' }));
      expect(reader.path).toBe('a');
      expect(reasonOf(`{"a":${number}}`, { onlyDoubles: true })).toBeUndefined();
      expect(reasonOf(`{"a":[${number}]}`)).toBeUndefined();
    },
  );

  it('take any number within the range of a double, however many digits it has', () => {
    const numbers = [
      '1e308',
      '-1.7976931348623157e308',
      '1e-99999',
      `0.${'1'.repeat(1000)}`,
      '9'.repeat(308),
    ];
    expect(reasonOf(`{"a":[${numbers.join()}]}`, { onlyDoubles: true })).toBeUndefined();
  });

  it('are the values outside of documents as they come: nothing past the bound is looked at', () => {
    expect(reasonOf('{"c":{"x":[1,2,3]},"a":1,"b":2,"d":3 this is not JSON', { maxFields: 4 })).toBe(
      'fields',
    );
    expect(reasonOf('{"c":{"x":[1,2,3]},"a":1,"b":2 this is not JSON', { maxFields: 4 })).toBe('malformed');
  });

  it.each([
    ['name', `{"a":1,"${'n'.repeat(200)}":1}`, `${'n'.repeat(100)}…`],
    ['name', `{"list":[1,{"a":1,"${'n'.repeat(200)}":1}]}`, `list.1.${'n'.repeat(100)}…`],
    ['text', `{"a":{"b":1},"c":"${'x'.repeat(200)}"}`, 'c'],
    ['text', `{"list":[{},{"c":"${'\\n'.repeat(100)}"}]}`, 'list.1.c'],
    ['text', `{"list":[[1,2],3,"${'x'.repeat(200)}"]}`, 'list.2'],
    ['text', `"${'x'.repeat(200)}"`, ''],
    ['digits', `{"a":{"b":1},"c":${'1'.repeat(200)}}`, 'c'],
    ['digits', `{"list":[{"c":{"d":[0.${'1'.repeat(200)}]}}]}`, 'list.0.c'],
    ['digits', `{"a":[1e${'1'.repeat(200)}]}`, 'a'],
  ])(
    'are the bytes of a %s: what comes after them is not looked at, however the slices lie',
    async (reason, text, path) => {
      const bounds = {
        maxNameBytes: 101,
        maxTextBytes: 101,
        maxNumberBytes: 101,
        onlyDoubles: true,
        lists: LISTS,
      };
      for (const size of [1, 150, Infinity]) {
        const reader = new JsonReader(Buffer.from(text), bounds);
        await expect(reader.readInSlices(size)).rejects.toMatchObject({ reason });
        expect(reader.path).toBe(path);
        expect(
          reasonOf(text, {
            ...bounds,
            maxNameBytes: 202,
            maxTextBytes: 202,
            maxNumberBytes: 202,
            onlyDoubles: false,
          }),
        ).toBeUndefined();
      }
    },
  );

  it('leave names and texts in documents alone', () => {
    const text = `{"a":{"${'n'.repeat(200)}":"${'x'.repeat(200)}"},"list":[{"b":["${'x'.repeat(200)}"]}]}`;
    expect(reasonOf(text, { maxNameBytes: 101, maxTextBytes: 101, lists: LISTS })).toBeUndefined();
  });

  it('need no stack: a million levels are read where the depth has no bound', () => {
    const text = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
    expect(read(text)).toEqual(documentOf(text));
  });
});

describe('Slices', () => {
  const MEGABYTE = 1_048_576;

  async function readCountingTurns(
    text: string,
    options?: ReadOptions,
  ): Promise<{ value: unknown; turns: number }> {
    let turns = 0;
    let isRunning = true;
    const count = (): void => {
      turns++;
      if (isRunning) setImmediate(count);
    };
    setImmediate(count);
    const value = await new JsonReader(Buffer.from(text), options).readInSlices();
    isRunning = false;
    return { value, turns };
  }

  it.each([
    ['one string', `{"a":"${'x'.repeat(4 * MEGABYTE)}"}`],
    ['characters of several bytes', `{"a":["${'é🚨'.repeat(700_000)}"]}`],
    ['many values', `{"a":[${'[],'.repeat(1_400_000)}0]}`],
    ['white space', `{"a":[1,${' \n'.repeat(2 * MEGABYTE)}2]}`],
    ['escapes', `{"a":["${'\\u0041\\n'.repeat(500_000)}"]}`],
  ])('of some 256 KB leave turns to others: %s', async (_, text) => {
    const { value, turns } = await readCountingTurns(text);
    expect(turns).toBeGreaterThanOrEqual(Math.floor(Buffer.byteLength(text) / 262_144));
    expect(JSON.stringify(plain(value)) === JSON.stringify(JSON.parse(text))).toBe(true);
  });

  it.each([
    ['one long string', `{"a":"${'\\u0041'.repeat(MEGABYTE)}","b":1}`],
    [
      'long strings',
      `{"list":[${Array(9)
        .fill(`{"a":"${'\\n'.repeat(MEGABYTE / 2)}"}`)
        .join()}]}`,
    ],
    [
      'many fields',
      `{${Array.from({ length: 9999 }, (_, n) => `"k${n}":"${'\\u0041'.repeat(100)}"`).join()}}`,
    ],
    [
      'many elements',
      `{"list":[${Array(9999)
        .fill(`{"a":"${'x'.repeat(600)}"}`)
        .join()}]}`,
    ],
  ])('hold all that is ever parsed at once, also outside documents: %s', async (_, text) => {
    const expected: unknown = JSON.parse(text);
    const parse = jest.spyOn(JSON, 'parse');
    const value = await new JsonReader(Buffer.from(text), { lists: LISTS }).readInSlices();
    const longest = parse.mock.calls.reduce((most, [part]) => Math.max(most, part.length), 0);
    parse.mockRestore();
    expect(longest).toBeLessThan(262_144 + 100);
    expect(JSON.stringify(value) === JSON.stringify(expected)).toBe(true);
  });

  it('are none where the text is small', async () => {
    const { turns } = await readCountingTurns(`{"a":["${'x'.repeat(200_000)}"]}`);
    expect(turns).toBe(0);
  });

  it('are read to the letter wherever they end', async () => {
    const document = '{"b":1.50, "é":"🚨\\u0041\\"", "x":[{},[ ] ,-0.0e+1,true,null]}';
    const text = `{"f":"é🚨\\n\\ud83d\\udea8", "d":${document} ,"list":[{"e":${document}},{}]}`;
    const compactText = '{"b":1.50,"é":"🚨\\u0041\\"","x":[{},[],-0.0e+1,true,null]}';
    const compact = documentOf(compactText);
    for (let size = 1; size < 40; size++) {
      const value = await new JsonReader(Buffer.from(text), { lists: LISTS }).readInSlices(size);
      expect(value).toEqual({ f: 'é🚨\n🚨', d: compact, list: [{ e: compact }, {}] });
    }
  });
});

function documentOf(text: string): JsonText {
  return JsonText.ofUtf8(Buffer.from(text));
}
