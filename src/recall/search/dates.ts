import { stemOf } from '../../text/stem.js';

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const MONTH_STEMS = MONTHS.map(stemOf);

const WHEN = /\b(?:when|what (?:date|day|month|year|time)|how long|which (?:day|month|year))\b/i;
const TIME_WORD = new RegExp(
  '\\b(?:yesterday|today|tonight|tomorrow|ago|last|next|this (?:week|month|year|weekend|morning|summer|fall|winter|spring)|' +
    `weekend|week|month|years?|(?:mon|tues|wednes|thurs|fri|satur|sun)day|${MONTHS.join('|')}|recently|since|` +
    '\\d{4}|\\d+(?:st|nd|rd|th))\\b',
  'i',
);
/** Where in a text a time word is looked for. */
const MAX_CHARACTERS = 2000;

/** Whether a query asks for a time. */
export function asksWhen(query: string): boolean {
  return WHEN.test(query);
}

export function namesTime(text: string): boolean {
  return TIME_WORD.test(text.slice(0, MAX_CHARACTERS));
}

/** The date of a row as words, which a query may name: day, month and year, as stems. */
export function dateStems(timestamp: string): readonly string[] {
  const month = MONTH_STEMS[Number(timestamp.slice(5, 7)) - 1];
  return month === undefined ? [] : [String(Number(timestamp.slice(8, 10))), month, timestamp.slice(0, 4)];
}
