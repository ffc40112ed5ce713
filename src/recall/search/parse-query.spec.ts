import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Analyser } from './analyser.js';
import { parseQuery } from './parse-query.js';
import { snippetOf } from './snippet.js';

const keysOf = (q: string): string[] => parseQuery(q).units.map(({ key }) => key);

describe('A query', () => {
  it.each([
    [
      'words as stems, each once, without those that say nothing',
      'Why did the backups fail? Backup!',
      ['backup', 'fail'],
    ],
    ['phrases', 'the "mail server" of "x"', ['"mail server"', 'x']],
    ['identifiers, whole and by parts', 'pve-01 on vm:104', ['xipve01', 'pve', 'xivm104', '104']],
    ['an address', '10.0.0.5', ['xi10005']],
    [
      'long identifiers as phrases',
      'UPID:pve:0003A2F1:01A2B3C4:655F1A2B',
      ['"upid pve 0003a2f1 01a2b3c4 655f1a2b"', 'upid', 'pve', '0003a2f1', '01a2b3c4', '655f1a2b'],
    ],
    ['pairs of characters', '备份失败 disk', ['"备 份"', '"份 失"', '"失 败"', 'disk']],
    ['beginnings of words of other scripts', 'серверы', ['серве*']],
    ['nothing', '?! "" -', []],
  ])('has %s', (_, q, keys) => {
    expect(keysOf(q)).toEqual(keys);
  });

  it('knows whether it holds words at all, and whether it asks for a time', () => {
    expect(parseQuery('the of')).toMatchObject({ units: [], hasWords: true, asksWhen: false });
    expect(parseQuery('?!')).toMatchObject({ units: [], hasWords: false });
    expect(parseQuery('When was it?')).toMatchObject({ asksWhen: true });
  });

  it('may be any text, and marks no more than there is', () => {
    const text = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(text, text, (q, other) => {
        const { units } = parseQuery(q);
        const analyser = new Analyser(units);
        analyser.analyse(other);
        const snippet = snippetOf(
          `${other} ${q}`,
          analyser,
          units.map(() => 1),
        );
        for (const [from, to] of snippet.matches) {
          expect(from).toBeLessThan(to);
          expect(to).toBeLessThanOrEqual(snippet.text.length);
        }
      }),
    );
  });
});

describe('A snippet', () => {
  function snippet(text: string, q: string): { text: string; marked: string[] } {
    const { units } = parseQuery(q);
    const found = snippetOf(
      text,
      new Analyser(units),
      units.map(() => 1),
    );
    return { text: found.text, marked: found.matches.map(([from, to]) => found.text.slice(from, to)) };
  }

  it.each([
    ['words in every form', 'The backups were failing', 'backup failed', ['backups', 'failing']],
    ['what has marks', 'Die Größe der Dateien', 'grosse GRÖSSE', []],
    ['letters with marks', 'Das Café schließt', 'cafe', ['Café']],
    ['an identifier as a whole', 'vm:104 on pve-01.', 'vm:104', ['vm:104']],
    ['characters that follow one another', '昨天备份失败了', '备份失败', ['备份失败']],
    ['a phrase', 'no space left on device', '"space left"', ['space left']],
  ])('marks %s', (_, text, q, marked) => {
    expect(snippet(text, q)).toEqual({ text, marked });
  });

  it('is the part of a long text where most of the query is, cut between words', () => {
    const text = `${'backup of it all '.repeat(40)}the tape backup failed at night ${'and so on '.repeat(60)}`;
    const found = snippet(text, 'tape backup failed');
    expect(found.marked).toEqual(expect.arrayContaining(['tape', 'backup', 'failed']));
    expect(found.text).toMatch(/^….*…$/);
    expect(found.text.length).toBeLessThanOrEqual(242);
    expect(`${text} `).toContain(`${found.text.slice(1, -1)} `);
  });
});
