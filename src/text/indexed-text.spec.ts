import { afterAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { countedTermsOf, indexedText, lexemesOf, type SearchedRow } from './indexed-text.js';

const EVENTS = {
  columns: { summary: 'plain', node: 'plain', details: 'document' },
  timeField: 'timestamp',
  search: {
    body: ['node', 'summary', 'details'],
    tags: { node: 'n', severity: 's', type: 't' },
    hasPattern: true,
  },
};
const MESSAGES = {
  columns: { content: 'plain' },
  timeField: 'timestamp',
  search: { body: ['content'], tags: {} },
};

function anEvent(parts: object = {}): SearchedRow {
  return {
    timestamp: '2026-11-22T20:15:00.000Z',
    type: 'alert',
    severity: 'warning',
    source: 'monitor',
    node: 'pve-01',
    summary: 'Backup of vm:104 failed',
    details: '{"reason":"no space\\non \\"local\\"","free":[12,{"x":null}]}',
    ...parts,
  };
}

function bodyOf(content: string): string {
  return indexedText({ content, timestamp: '' }, MESSAGES).body;
}

describe('What is indexed of a row', () => {
  it('is its text, the values of its document, its identifiers, and a term for each filter', () => {
    const { body, tags } = indexedText(anEvent(), EVENTS);
    expect(body).toBe('pve-01\nBackup of vm:104 failed\nno space on "local" 12 xipve01 xivm104');
    expect(tags).toMatch(/^xnpve01 xswarning xtalert xd202611 xd20261122 xp\d+ xq\d+$/);
  });

  it('has no term for what is missing, and takes any type in a column', () => {
    const { body, tags } = indexedText(
      anEvent({ node: null, details: null, summary: 7, severity: undefined, timestamp: 'once' }),
      EVENTS,
    );
    expect(body).toBe('7');
    expect(tags).toMatch(/^xtalert xp\d+ xq\d+$/);
  });

  it('is the same of a document that was cut anywhere, up to the cut', () => {
    const details = '{"name":"first word","list":["two",35],"end":"last"}';
    const whole = 'first word two 35 last';
    for (let length = 0; length <= details.length; length++) {
      const { body } = indexedText({ details: details.slice(0, length) }, EVENTS);
      const told = body.trim().split(' ').slice(0, -1).join(' ');
      expect(`${whole} name list end`).toContain(told);
    }
  });

  it('is the text itself where a document is no JSON', () => {
    expect(indexedText({ details: 'mount failed: EIO' }, EVENTS).body).toBe('mount failed EIO');
  });

  it.each([
    ['a word for each character of a script without spaces', '备份失败 pve', ' 备  份  失  败  pve'],
    ['without diacritics and in lower case', 'Größe Ångström İZMİR', 'große angstrom izmir'],
    ['Hangul composed', '백업', ' 백  업 '],
    ['a space for NUL', 'a\0b', 'a b'],
    ['with long runs cut', 'x'.repeat(250), `${'x'.repeat(100)} ${'x'.repeat(100)} ${'x'.repeat(50)}`],
    ['no more than 20 000 characters', 'ab '.repeat(10_000), 'ab '.repeat(6667).slice(0, -1)],
    ['parts of identifiers', 'root@10.0.0.5:8006', 'root@10.0.0.5:8006 xiroot100058006 xi10005'],
  ])('has %s', (_, content, body) => {
    expect(bodyOf(content)).toBe(body);
  });

  it('is found soon in a text of one character, again and again', () => {
    for (const unit of ['1', 'a-', 'a:', '-', 'a1.', '"\\', '9:']) {
      expect(bodyOf(unit.repeat(20_000)).length).toBeGreaterThanOrEqual(20_000);
    }
  });

  it('has counted terms of plain letters, and neither numbers nor tags among them', () => {
    const terms = countedTermsOf(indexedText(anEvent(), EVENTS));
    expect([...terms]).toEqual(['pve', 'backup', 'of', 'vm', 'fail', 'no', 'space', 'on', 'local']);
  });
});

describe('The lexemes of what is indexed', () => {
  const database = new Database(':memory:');
  database.exec(`
    CREATE VIRTUAL TABLE texts USING fts5(body, tags, tokenize='porter unicode61 remove_diacritics 2');
    CREATE VIRTUAL TABLE terms USING fts5vocab(texts, instance)`);
  afterAll(() => void database.close());

  it.each([
    ['English', 'The disks of PVE-01 were failing; UPID:pve:0003A2F1:00:x@pam: said "no such device"'],
    ['other scripts', 'Сервер недоступен, 备份失败了, バックアップ, 백업 실패, فشل النسخ, ไม่สามารถ'],
    ['all sorts', "don't 🚨 it's ﬁne ½ ² ⅷ ＡＢＣ ﷺ \ud800 a\u0301 ſtraſſe \u{10fffd} ΟΔΟΣ"],
  ])('are those of FTS5: %s', (_, summary) => {
    const indexed = indexedText(anEvent({ summary, node: `节点 ${summary.slice(0, 20)}` }), EVENTS);
    database.exec('DELETE FROM texts');
    database.prepare('INSERT INTO texts (body, tags) VALUES (@body, @tags)').run(indexed);
    const terms = database.prepare('SELECT term FROM terms ORDER BY col, "offset"').pluck().all();
    const lexemes = [...lexemesOf(indexed)].flatMap(([lexeme, positions]) =>
      positions.map((position) => ({ lexeme, position })),
    );
    lexemes.sort((one, other) => one.position - other.position);
    expect(lexemes.map(({ lexeme }) => lexeme)).toEqual(terms);
  });
});
