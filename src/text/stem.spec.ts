import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { stemOf } from './stem.js';
import { tokensOf } from './tokens.js';

const MODULES = join(import.meta.dirname, '../../node_modules');
const ENDINGS = (
  's es ies sses eed ed ing y ational tional enci izer bli alli entli ousli ization ator iveness fulness ousness aliti ' +
  'biliti logi icate ative alize iciti ical ful ness al ance er able ement ent sion tion ism ous ive ize e ll le'
).split(' ');

/** The words of the readme files of our packages: English, names, numbers, and some of other languages. */
function wordsOfReadmes(): string[] {
  const readmes = readdirSync(MODULES)
    .map((name) => join(MODULES, name, 'README.md'))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'));
  return [...new Set(readmes.flatMap(tokensOf))];
}

/** Words of few letters with every ending, always the same ones. */
function* madeUpWords(): Iterable<string> {
  const letters = 'aeioybtlswxnrz1ßøж';
  let state = 1;
  for (let count = 0; count < 20_000; count++) {
    let word = '';
    for (let length = count % 6; length >= 0; length--) {
      state = (state * 48_271) % 2_147_483_647;
      word += letters.charAt(state % letters.length);
    }
    const ended = word + (ENDINGS[count % ENDINGS.length] ?? '');
    if (!ended.startsWith('yy')) yield ended;
  }
}

describe('Stems', () => {
  const database = new Database(':memory:');
  database.exec(`
    CREATE VIRTUAL TABLE texts USING fts5(body, tokenize='porter unicode61 remove_diacritics 2');
    CREATE VIRTUAL TABLE terms USING fts5vocab(texts, instance)`);
  afterAll(() => void database.close());

  function stemsOfSqlite(words: readonly string[]): unknown[] {
    database.exec('DELETE FROM texts');
    database.prepare('INSERT INTO texts (rowid, body) VALUES (1, ?)').run(words.join(' '));
    return database.prepare('SELECT term FROM terms ORDER BY "offset"').pluck().all();
  }

  it('are those of SQLite for the words of many texts', () => {
    const words = wordsOfReadmes();
    expect(words.length).toBeGreaterThan(5000);
    expect(words.map(stemOf)).toEqual(stemsOfSqlite(words));
  });

  it('are those of SQLite for words that are none', () => {
    const words = [
      ...madeUpWords(),
      'tyying',
      'zayyed',
      'a'.repeat(64) + 's',
      'ж'.repeat(32) + 's',
      'pve01s',
    ];
    expect(words.map(stemOf)).toEqual(stemsOfSqlite(words));
  });

  it('of a text in any script are those of SQLite', () => {
    let text = '';
    for (let code = 0x20; code < 0x30000; code += 3) {
      if (code < 0xd800 || code > 0xdfff) text += `a${String.fromCodePoint(code)}b `;
    }
    const words = tokensOf(text);
    expect(words.map(stemOf)).toEqual(stemsOfSqlite(words));
  });
});
