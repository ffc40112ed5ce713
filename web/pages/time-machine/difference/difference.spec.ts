import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareDocuments } from '../../../../src/json-patch/index.js';
import { lineNumbersOf, linesOfMembers } from './line-numbers.js';
import { changedLines, countLines, linesOf, type Line } from './lines.js';
import { rowsOf, type Row } from './rows.js';
import { sectionOf, sectionsOf, tellingOf, type Section } from './sections.js';

const compared = (before: unknown, after: unknown): Section[] => {
  const patch = compareDocuments(before, after, 10_000);
  return sectionsOf(before, after, [...patch.tellingOperations, ...patch.noiseOperations]);
};
const textOf = (line: Line | undefined): string => line?.parts.map(({ text }) => text).join('') ?? '';
const shownOf = (row: Row): string => {
  if (row.kind === 'fold') return `~ ${row.words}`;
  if (row.kind === 'same') return `  ${textOf(row.after)}`;
  return [row.before && `- ${textOf(row.before)}`, row.after && `+ ${textOf(row.after)}`]
    .filter(Boolean)
    .join(' ');
};
const rows = (section: Section | undefined, opened: string[] = [], onlyChanges = false): string[] =>
  rowsOf(section!.members, {
    onlyChanges,
    opened: new Set(opened),
    isList: section!.isList,
    numbers: [new Map(), new Map()],
  }).map(shownOf);

describe('the parts in which two documents differ', () => {
  const guest = {
    vmid: 131,
    name: 'immich',
    node: 'pve2',
    status: 'running',
    lock: 'backup',
    cores: 4,
    pool: '',
  };

  it('are the innermost, named as their owner knows them', () => {
    const { vmid, name, status, cores, pool } = guest;
    const moved = { vmid, name, node: 'pve1', status, cores, pool };
    const sections = compared(
      { guests: [guest, { vmid: 102, name: 'dns' }], quorate: 1 },
      { guests: [{ vmid: 102, name: 'dns' }, moved], quorate: 1 },
    );
    expect(sections.map(({ title, path }) => [title.join(' / '), path])).toEqual([
      ['guests / 131 immich', '/guests/1'],
    ]);
    expect(rows(sections[0])).toEqual([
      '  "vmid": 131',
      '  "name": "immich"',
      '- "node": "pve2" + "node": "pve1"',
      '  "status": "running"',
      '- "lock": "backup"',
      '  "cores": 4',
      '  "pool": ""',
    ]);
  });

  it('fold what did not change, and leave it out where only changes are wanted', () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`, index]));
    const [section] = compared({ ...many, last: 'a' }, { ...many, last: 'b' });
    expect(rows(section)).toEqual([
      '~ Show 18 unchanged keys',
      '  "k18": 18',
      '  "k19": 19',
      '- "last": "a" + "last": "b"',
    ]);
    expect(rows(section, [], true)).toEqual(['- "last": "a" + "last": "b"']);
    expect(rows(section, ['unchanged k0'])).toHaveLength(21);
  });

  it('leave out what moves all the time, also from what did not change', () => {
    const before = { name: 'pve1', cpu: 0.1, status: 'online' };
    const after = { name: 'pve1', cpu: 0.2, status: 'offline' };
    const patch = compareDocuments(before, after, 10);
    const all = [...patch.tellingOperations, ...patch.noiseOperations];
    const telling = tellingOf(all, { operations: 2, noise: 1 });
    expect(rows(sectionsOf(before, after, telling)[0])).toEqual([
      '  "name": "pve1"',
      '- "status": "online" + "status": "offline"',
    ]);
    expect(rows(sectionsOf(before, after, all)[0])).toContain('- "cpu": 0.1 + "cpu": 0.2');
  });

  it('are found by what a line of the summary is about', () => {
    const sections = compared(
      { nodes: [{ node: 'pve1', status: 'online' }], guests: [{ ...guest, type: 'qemu' }], x: { y: 1 } },
      {
        nodes: [{ node: 'pve1', status: 'offline' }],
        guests: [{ ...guest, type: 'qemu', node: 'pve3' }],
        x: { y: 2 },
      },
    );
    expect(sectionOf(sections, 'qemu/131')?.path).toBe('/guests/0');
    expect(sectionOf(sections, 'node/pve1')?.path).toBe('/nodes/0');
    expect(sectionOf(sections, '/x')?.path).toBe('/x');
    expect(sectionOf(sections, 'node/pve9')).toBeUndefined();
  });

  it('are the whole document where nothing of it is the same', () => {
    expect(rows(compared('old', 'new')[0])).toEqual(['- "old" + "new"']);
    expect(rows(compared([1, 2], { a: 1 })[0])).toEqual(['- [ + {', '- 1 + "a": 1', '- 2 + }', '- ]']);
    expect(compared({ a: [] }, { a: [] })).toEqual([]);
  });

  it('show a large value as far as there is room, and say what is left', () => {
    const [section] = compared(
      { a: null },
      { a: null, list: Array.from({ length: 5000 }, (_, index) => index) },
    );
    const shown = rows(section);
    expect(shown).toHaveLength(1 + 40 + 1);
    expect(shown.at(-1)).toBe('~ Show more of 4,962 lines');
    const opened = rows(section, ['added list']);
    expect(opened).toHaveLength(1 + 2000 + 1);
    expect(opened.at(-1)).toBe('~ 3,002 lines are not shown');
  });

  it('hold members named as what every object inherits', () => {
    const member = (before: string, after: string): unknown =>
      compared(JSON.parse(before), JSON.parse(after))[0]!.members.at(-1);
    expect(member('{"x":{"a":1}}', '{"x":{"a":1,"__proto__":0}}')).toEqual({
      name: '__proto__',
      state: 'added',
      after: 0,
    });
    expect(member('{"x":{"a":1,"constructor":{}}}', '{"x":{"a":1}}')).toEqual({
      name: 'constructor',
      state: 'removed',
      before: {},
    });
  });

  it('hold whatever is compared: what counts as the same is the same, and what changed is not', () => {
    const element = fc.oneof(
      fc.record({ id: fc.integer({ min: 0, max: 8 }), v: fc.integer({ min: 0, max: 2 }) }),
      fc.integer({ min: 0, max: 3 }),
    );
    const document = fc.record(
      {
        ids: fc.uniqueArray(
          fc.record({ id: fc.integer({ min: 0, max: 8 }), v: fc.integer({ min: 0, max: 2 }) }),
          {
            selector: ({ id }) => id,
          },
        ),
        mixed: fc.array(element, { maxLength: 6 }),
        'a/b~c': fc.dictionary(fc.constantFrom('', 'x', 'y', '/'), fc.jsonValue({ maxDepth: 2 })),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(document, document, (before, after) => {
        for (const { members } of compared(before, after)) {
          for (const member of members) {
            if (member.state === 'same' || member.state === 'moved')
              expect(member.after).toEqual(member.before);
            if (member.state === 'changed') expect(member.after).not.toEqual(member.before);
            if (member.state === 'added') expect(member).not.toHaveProperty('before', expect.anything());
          }
          const kept = members.filter(({ state }) => state !== 'removed');
          const gone = members.filter(({ state }) => state === 'removed');
          expect(members).toHaveLength(kept.length + gone.length);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the numbers of lines', () => {
  const numbersIn = (before: unknown, after: unknown): (readonly (number | undefined)[])[] => {
    return compared(before, after).flatMap((section) => {
      const numbers = [
        linesOfMembers(section.before, lineNumbersOf(before)),
        linesOfMembers(section.after, lineNumbersOf(after)),
      ] as const;
      const options = { onlyChanges: false, opened: new Set<string>(), isList: section.isList, numbers };
      return rowsOf(section.members, options).map((row) =>
        row.kind === 'fold' ? [] : [row.before?.number, row.after?.number],
      );
    });
  };

  it('are those of each document as it is written, a member a line', () => {
    const before = { a: { x: 1, y: [1, {}] }, gone: [], b: { same: true, lock: 'backup', name: 'immich' } };
    const after = { a: { x: 1, y: [1, {}] }, b: { same: true, name: 'pbs', more: { z: 1 } } };
    const linesBefore = JSON.stringify(before, null, 2).split('\n');
    const at = (text: string): number => linesBefore.findIndex((line) => line.includes(text)) + 1;
    expect(at('"lock"')).toBe(12);
    expect(numbersIn(before, after)).toEqual([
      [2, 2],
      [9, undefined],
      [11, 10],
      [12, undefined],
      [13, 11],
      [undefined, 12],
      [undefined, 13],
      [undefined, 14],
    ]);
  });

  it('of elements are those of their places, before and after', () => {
    const guest = (vmid: number, node: string): object => ({ vmid, node });
    const [one, two] = [guest(1, 'a'), guest(2, 'a')];
    expect(numbersIn([one, two, guest(3, 'a')], [one, two, guest(3, 'b')])).toEqual([
      [11, 11],
      [12, 12],
    ]);
    expect(numbersIn([one, two], [two]).filter(([before]) => before !== undefined)).toContainEqual([
      2,
      undefined,
    ]);
  });

  it('are left out where a document is too long to be counted', () => {
    const long = Array.from({ length: 100_000 }, (_, index) => index);
    expect(lineNumbersOf(long).size).toBe(0);
    expect(linesOfMembers(long, lineNumbersOf(long)).size).toBe(0);
    expect(lineNumbersOf({ a: [1] }).size).toBe(2);
  });
});

describe('lines of JSON', () => {
  const marks = (before: unknown, after: unknown): (string | undefined)[][] =>
    changedLines('k', before, after)!.map(({ parts }) => parts.map(({ text }) => text));

  it('mark what changed: a short value whole, of a long one what differs', () => {
    expect(marks('pve2', 'pve1')).toEqual([
      ['"k": "', 'pve2', '"'],
      ['"k": "', 'pve1', '"'],
    ]);
    expect(marks(1, null)).toEqual([
      ['"k": ', '1', ''],
      ['"k": ', 'null', ''],
    ]);
    const [one] = marks(`${'a'.repeat(100)}X${'b'.repeat(100)}`, `${'a'.repeat(100)}YY${'b'.repeat(100)}`);
    expect(one![1]).toBe('X');
    expect(one!.join('').length).toBeLessThan(120);
  });

  it('are bounded, and say how long a text is', () => {
    expect(textOf(linesOf('k', 'x'.repeat(5000), 9)[0])).toMatch(/^"k": "x{399}… 5,002 characters$/);
    expect(
      linesOf(undefined, { a: [1, { b: [] }] }, 99).map(({ depth, parts }) => [depth, parts[0]!.text]),
    ).toEqual([
      [0, '{'],
      [1, '"a": ['],
      [2, '1'],
      [2, '{'],
      [3, '"b": []'],
      [2, '}'],
      [1, ']'],
      [0, '}'],
    ]);
    expect(countLines({ a: [1, { b: [] }] }, 99)).toBe(8);
    expect(countLines(Array.from({ length: 1000 }), 50)).toBe(50);
  });
});
