import type { EventRow, HistoryRow, MessageRow } from './rows.js';

const MINUTE = 60_000;
const BETWEEN_MESSAGES = 45_000;
const ROLES = { u: 'user', j: 'assistant', t: 'tool', s: 'system' } as const;

/** A question as it is written below its story, with the lines that answer it. */
export interface ScriptQuestion {
  readonly category: string;
  readonly query: string;
  readonly lines: readonly string[];
}

/** A story with the rows that it leaves in a memory. */
export interface Script {
  readonly name: string;
  readonly rows: HistoryRow[];
  readonly questions: ScriptQuestion[];
}

const HEAD = /^# (\S+) (\S+) ?(\S*)$/;
const SESSION = /^@ ([+-]?\d+) (.+)$/;
const MESSAGE = /^([ujts])(\d+)(?: ([+-]\d+))?: (.*)$/;
const EVENT = /^(e\d+) \+(\d+) (\w+) (\w+) (\w+)(?: ~(\d+))?: (.*)$/;
const PREFERENCE = /^(p\d+): (\S+) = (.*)$/;
const QUESTION = /^\? (\w+)((?: [a-z]\d+)*): (.*)$/;
const TOOL = /^(\w+) (\{.*?\}) -> (.*)$/s;

/**
 * Reads stories. A story is a head (`# name moment node`) and lines: an event (`e1 +minutes type severity source:
 * summary | details`), the begin of a session (`@ +minutes topic`), a message of the user, of Jarvis, of a tool or of
 * the system (`u1: text`, more of it on lines with two blanks in front), a preference (`p1: key = value`) and questions
 * (`? category lines: question`, with `earlier turn >> question` for a follow-up).
 */
export function readScripts(text: string, start?: number): Script[] {
  const scripts: Reader[] = [];
  for (const line of text.split('\n')) {
    const [, name, moment, node] = HEAD.exec(line) ?? [];
    if (name && moment)
      scripts.push(new Reader(name, start ?? Date.parse(`${moment}:00Z`), node || undefined));
    else if (line !== '') scripts.at(-1)?.read(line);
  }
  return scripts.map((reader) => reader.finished());
}

class Reader implements Script {
  readonly rows: HistoryRow[] = [];
  readonly questions: ScriptQuestion[] = [];
  private clock: number;
  private session: string;

  constructor(
    readonly name: string,
    private readonly start: number,
    private readonly node: string | undefined,
  ) {
    this.clock = start;
    this.session = this.sessionAt(start, name);
  }

  read(line: string): void {
    const isRead =
      this.readMore(line) ||
      this.readSession(line) ||
      this.readMessage(line) ||
      this.readEvent(line) ||
      this.readPreference(line) ||
      this.readQuestion(line);
    if (!isRead) throw new Error(`${this.name}: what is "${line}"?`);
  }

  /** Lines of a tool name what was called and with what; now that all of their text is known, both are set apart. */
  finished(): Script {
    const rows = this.rows.map((row) =>
      row.kind === 'message' && row.role === 'tool' ? withCall(row) : row,
    );
    return { name: this.name, rows, questions: this.questions };
  }

  private readMore(line: string): boolean {
    const last = this.rows.at(-1);
    if (!line.startsWith('  ') || last?.kind !== 'message') return false;
    this.rows[this.rows.length - 1] = { ...last, content: `${last.content}\n${line.slice(2)}` };
    return true;
  }

  private readSession(line: string): boolean {
    const [, minutes, topic] = SESSION.exec(line) ?? [];
    if (!topic) return false;
    this.clock = this.start + Number(minutes) * MINUTE;
    this.session = this.sessionAt(this.clock, topic);
    return true;
  }

  private readMessage(line: string): boolean {
    const [, letter, number, minutes, content] = MESSAGE.exec(line) ?? [];
    if (content === undefined) return false;
    if (minutes) this.clock = this.start + Number(minutes) * MINUTE;
    this.rows.push({
      kind: 'message',
      key: this.keyOf(`${letter}${number}`),
      timestamp: iso(this.clock),
      sessionId: this.session,
      role: ROLES[letter as keyof typeof ROLES],
      content,
      toolCalls: undefined,
    });
    this.clock += BETWEEN_MESSAGES;
    return true;
  }

  private readEvent(line: string): boolean {
    const [, name, minutes, type, severity, source, until, rest] = EVENT.exec(line) ?? [];
    if (!name || !type || !severity || !source || rest === undefined) return false;
    const timestamp = iso(this.start + Number(minutes) * MINUTE);
    const about = { type, severity, source, node: this.node, ...summaryAndDetails(rest) };
    const resolved = type !== 'alert' || until !== undefined;
    this.rows.push({ kind: 'event', key: this.keyOf(name), timestamp, ...about, resolved });
    return true;
  }

  private readPreference(line: string): boolean {
    const [, key, name, value] = PREFERENCE.exec(line) ?? [];
    if (!key || !name || value === undefined) return false;
    this.rows.push({ kind: 'preference', key: this.keyOf(key), timestamp: iso(this.clock), name, value });
    return true;
  }

  private readQuestion(line: string): boolean {
    const [, category, lines, text] = QUESTION.exec(line) ?? [];
    if (!category || text === undefined) return false;
    const keys = (lines ?? '').split(' ').filter(Boolean);
    this.questions.push({
      category,
      query: text.replace(' >> ', '\n'),
      lines: keys.map((key) => this.keyOf(key)),
    });
    return true;
  }

  private keyOf(line: string): string {
    return `${this.name}/${line}`;
  }

  private sessionAt(moment: number, topic: string): string {
    return `${iso(moment).slice(0, 16).replace(':', '')}-${topic.replaceAll(' ', '-')}`;
  }
}

/** `summary | key=value, key=value` */
export function summaryAndDetails(text: string): Pick<EventRow, 'summary' | 'details'> {
  const [summary = '', pairs] = text.split(' | ');
  if (pairs === undefined) return { summary, details: undefined };
  const entries = pairs.split(', ').map((pair) => {
    const [name = '', ...rest] = pair.split('=');
    const value = rest.join('=');
    return [name, value !== '' && !Number.isNaN(Number(value)) ? Number(value) : value] as const;
  });
  return { summary, details: Object.fromEntries(entries) };
}

function withCall(row: MessageRow): MessageRow {
  const [, name, given, result] = TOOL.exec(row.content) ?? [];
  if (!name || given === undefined || result === undefined) return row;
  return { ...row, content: result, toolCalls: [{ name, arguments: given }] };
}

function iso(moment: number): string {
  return new Date(moment).toISOString();
}
