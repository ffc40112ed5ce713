import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Chance } from './chance.js';
import { routineChats, routineEvents } from './routine.js';
import type { HistoryRow, Question } from './rows.js';
import { readScripts } from './script.js';

export interface History {
  /** In the order in which they happened; preferences are in force at the end. */
  readonly rows: readonly HistoryRow[];
  readonly questions: readonly Question[];
}

const ROWS = 6000;
const CHATS = 330;
const SEED = 13;
const FROM = Date.parse('2025-11-20T00:00:00Z');
const UNTIL = Date.parse('2026-11-20T00:00:00Z');
/** Relative to the compiled file, in `bench/.build/recall/`. */
const TEXT = fileURLToPath(new URL('../../recall/text/', import.meta.url));

/** A year of a made-up homelab, the same each time, and what somebody might ask about it. */
export function makeHistory(): History {
  const scripts = readdirSync(`${TEXT}stories`)
    .sort()
    .flatMap((file) => readScripts(readFileSync(`${TEXT}stories/${file}`, 'utf8')));
  const told = scripts.flatMap(({ rows }) => rows);
  const chance = new Chance(SEED);
  const moments = (count: number) => Array.from({ length: count }, () => chance.whole(FROM, UNTIL));
  const chats = routineChats(readFileSync(`${TEXT}routine/chats.txt`, 'utf8'), chance, moments(CHATS));
  const others = ROWS - told.length - chats.length;
  const events = routineEvents(readFileSync(`${TEXT}routine/events.txt`, 'utf8'), chance, moments(others));
  const rows = [...told, ...chats, ...events].sort((a, b) => compare(a.timestamp, b.timestamp));
  // A whole story is of one half, so that nothing learnt from the one half is about a row of the other.
  const questions = scripts.flatMap((script, index) =>
    script.questions.map(({ category, query, lines }, at): Question => {
      const held = script.rows.length === 0 ? at % 2 === 1 : index % 2 === 1;
      return { category, query, answers: lines, held };
    }),
  );
  checkAnswers(rows, questions);
  return { rows, questions };
}

function checkAnswers(rows: readonly HistoryRow[], questions: readonly Question[]): void {
  const keys = new Set(rows.map(({ key }) => key));
  const wrong = questions.filter(
    ({ category, answers }) =>
      (answers.length === 0) !== (category === 'none') || answers.some((key) => !keys.has(key)),
  );
  if (wrong.length > 0) throw new Error(`Questions without their rows: ${JSON.stringify(wrong)}`);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
