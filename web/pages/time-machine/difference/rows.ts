import { isNumber, stringifyLossless } from '../../../../src/json-patch/index.js';
import { changedLines, countLines, lineOf, linesOf, type Line } from './lines.js';
import type { Member } from './members.js';

/** A row of the difference. */
export type Row =
  | { readonly kind: 'same'; readonly before: Line; readonly after: Line; readonly note?: string }
  | { readonly kind: 'changed'; readonly before?: Line | undefined; readonly after?: Line | undefined }
  /** Unchanged members, or lines of a large value, that are not shown until asked for. */
  | { readonly kind: 'fold'; readonly key: string; readonly words: string };

export interface RowOptions {
  /** Whether what did not change is left out altogether. */
  readonly onlyChanges: boolean;
  /** The folds that are open. */
  readonly opened: ReadonlySet<string>;
  /** Elements of a list have no names. */
  readonly isList: boolean;
  /** The line of each member in the document before, and in the one after. */
  readonly numbers: readonly [ReadonlyMap<string, number>, ReadonlyMap<string, number>];
}

/** So many unchanged members are shown beside what changed. */
const BESIDE = 2;
const MAX_LINES = 40;
const MAX_LINES_OPENED = 2000;
const MAX_COUNTED = 100_000;

/** The rows of one section: changes with a little of what stands around them. */
export function rowsOf(members: readonly Member[], options: RowOptions): Row[] {
  const rows: Row[] = [];
  let run: Member[] = [];
  const flush = (isLast: boolean): void => {
    rows.push(...unchangedRows(run, rows.length === 0, isLast, options));
    run = [];
  };
  for (const member of members) {
    if (member.state === 'inside' || isHidden(member)) continue;
    if (member.state === 'same') {
      run.push(member);
      continue;
    }
    flush(false);
    rows.push(...changedRows(member, options));
  }
  flush(true);
  return rows;
}

/** What moves all the time is no change here, but no value for both sides either. */
function isHidden({ state, before, after }: Member): boolean {
  return state === 'same' && !isSame(before, after);
}

function isSame(before: unknown, after: unknown): boolean {
  const isDeep = [before, after].some(
    (value) => typeof value === 'object' && value !== null && !isNumber(value),
  );
  return isDeep || before === after || stringifyLossless(before) === stringifyLossless(after);
}

function unchangedRows(
  run: readonly Member[],
  isFirst: boolean,
  isLast: boolean,
  options: RowOptions,
): Row[] {
  const { onlyChanges, opened, isList } = options;
  const [first] = run;
  if (onlyChanges || !first) return [];
  const toRow = (member: Member): Row => sameRow(member, options);
  const key = `unchanged ${first.name}`;
  if (opened.has(key)) return run.slice(0, MAX_LINES_OPENED).map(toRow);
  const [head, tail] = isList ? [0, 0] : [isFirst ? 0 : BESIDE, isLast ? 0 : BESIDE];
  const folded = run.length - head - tail;
  if (folded < 2) return run.map(toRow);
  const word = isList ? 'element' : 'key';
  return [
    ...run.slice(0, head).map(toRow),
    { kind: 'fold', key, words: `Show ${folded.toLocaleString('en-GB')} unchanged ${word}s` },
    ...run.slice(run.length - tail).map(toRow),
  ];
}

function sameRow(member: Member, options: RowOptions): Row & { kind: 'same' } {
  const line = lineOf(options.isList ? undefined : member.name, member.after);
  const [before, after] = numbersOf(member, options);
  return { kind: 'same', before: { ...line, number: before }, after: { ...line, number: after } };
}

/** Where a member begins in each of the documents that it is in. */
function numbersOf(
  { state, name, placeBefore = name }: Member,
  { numbers: [before, after] }: RowOptions,
): [number | undefined, number | undefined] {
  return [before.get(placeBefore), state === 'removed' ? undefined : after.get(name)];
}

function numbered(lines: readonly Line[], first: number | undefined): Line[] {
  return lines.map((line, index) => ({ ...line, number: first && first + index }));
}

function changedRows(member: Member, options: RowOptions): Row[] {
  const { state, before, after } = member;
  const { opened, isList } = options;
  const name = isList ? undefined : member.name;
  const [numberBefore, numberAfter] = numbersOf(member, options);
  if (state === 'moved') return [{ ...sameRow(member, options), note: 'another place in the list' }];
  const pair = state === 'changed' ? changedLines(name, before, after) : undefined;
  if (pair) {
    const [one, other] = pair;
    return [
      {
        kind: 'changed',
        before: { ...one, number: numberBefore },
        after: { ...other, number: numberAfter },
      },
    ];
  }
  const key = `${state} ${member.name}`;
  const most = opened.has(key) ? MAX_LINES_OPENED : MAX_LINES;
  const old = state === 'added' ? [] : numbered(linesOf(name, before, most), numberBefore);
  const fresh = state === 'removed' ? [] : numbered(linesOf(name, after, most), numberAfter);
  const rows = Array.from({ length: Math.max(old.length, fresh.length) }, (_, index): Row => ({
    kind: 'changed',
    before: old[index],
    after: fresh[index],
  }));
  const all = Math.max(
    state === 'added' ? 0 : countLines(before, MAX_COUNTED),
    state === 'removed' ? 0 : countLines(after, MAX_COUNTED),
  );
  const left = all - rows.length;
  return left > 0 ? [...rows, { kind: 'fold', key, words: restWords(left, all, opened.has(key)) }] : rows;
}

function restWords(left: number, all: number, isOpened: boolean): string {
  const shown = `${left.toLocaleString('en-GB')}${all >= MAX_COUNTED ? ' or more' : ''} lines`;
  return isOpened ? `${shown} are not shown` : `Show more of ${shown}`;
}
