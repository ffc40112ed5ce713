import { shorten } from '../../text/sentences.js';
import type { ContextItem, ContextSection, Draft, DraftSection, OmittedItems } from './context.types.js';
import { quote } from './quote.js';
import type { TokenCounter } from './tokens.js';

const HEADINGS: Readonly<Record<DraftSection['name'], string>> = {
  preferences: '# Preferences of the owner\n',
  open_events: '# Open events, worst first\n',
  cluster: '# The cluster\n',
  conversation: '# This conversation\n',
  recalled: '# Recalled from the past\n',
  similar: '# Seen before\n',
};
/** A shortened line with less room says too little. */
const LEAST_SHORTENED_TOKENS = 45;
/** More than a token has, so that no text is cut before it is counted that would fit. */
const CHARACTERS_PER_TOKEN = 8;

interface Line extends ContextItem {
  readonly text: string;
  readonly place: number;
}

/**
 * Fills a section line by line. Lines end where the tokenizer cuts as well, so that the tokens of a text are those of its
 * lines.
 */
export class SectionWriter {
  private readonly lines: Line[] = [];
  private next = 0;
  private note = '';

  /** @param most the most tokens of a line. */
  constructor(
    private readonly counter: TokenCounter,
    private readonly section: DraftSection,
    private readonly most: number,
  ) {}

  /**
   * Adds lines, the most important first, as far as there is room.
   * @param shown what the pack says, to which it adds: nothing is said twice.
   * @returns how many tokens are left.
   */
  fill(room: number, shown: Set<string>): number {
    let left = this.section.drafts.length === 0 ? this.addNote(room) : room;
    for (; this.next < this.section.drafts.length; this.next++) {
      const draft = this.section.drafts[this.next];
      if (!draft || shown.has(topicOf(draft))) continue;
      const heading = this.lines.length === 0 ? this.counter.count(this.heading) : 0;
      const line = this.write(draft, Math.min(this.most, left - heading));
      if (!line) break;
      this.lines.push(line);
      shown.add(topicOf(draft));
      left -= heading + line.tokens;
    }
    return left;
  }

  get text(): string {
    const lines = [...this.lines].sort((one, other) => one.place - other.place).map(({ text }) => text);
    return lines.length + this.note.length === 0 ? '' : [this.heading, ...lines, this.note].join('');
  }

  answer(): ContextSection {
    const items = [...this.lines].sort((one, other) => one.place - other.place);
    return {
      name: this.section.name,
      tokens: this.counter.count(this.text),
      items: items.map(({ kind, id, timestamp, tokens, why }) => ({ kind, id, timestamp, tokens, why })),
    };
  }

  /** What there was no room for. */
  omitted(shown: Set<string>): OmittedItems[] {
    const left = this.section.drafts.slice(this.next).filter((draft) => !shown.has(topicOf(draft)));
    const tokens = left.reduce((sum, draft) => sum + (this.write(draft, this.most)?.tokens ?? 0), 0);
    return left.length === 0 ? [] : [{ name: this.section.name, count: left.length, tokens }];
  }

  private get heading(): string {
    return HEADINGS[this.section.name];
  }

  private addNote(room: number): number {
    if (this.section.note === undefined || this.note !== '') return room;
    const note = `(${this.section.note})\n`;
    const left = room - this.counter.count(this.heading + note);
    if (left < 0) return room;
    this.note = note;
    return left;
  }

  private write(draft: Draft, max: number): Line | undefined {
    const { kind, id, timestamp, why, place = 0 } = draft;
    const source = `[${kind} ${quote(String(id)).replaceAll(']', ')')}] `;
    const whole = source + quote(shorten(draft.text, Math.max(0, max) * CHARACTERS_PER_TOKEN));
    const fitting = [
      () => whole,
      () => (max < LEAST_SHORTENED_TOKENS ? '' : this.counter.shorten(whole, max - 2)),
    ];
    for (const make of fitting) {
      const text = `${make()}\n`;
      const tokens = this.counter.count(text);
      if (text.length > source.length + 1 && tokens <= max)
        return { kind, id, timestamp, why, place, text, tokens };
    }
    return undefined;
  }
}

function topicOf({ kind, id, topic = `${kind} ${id}` }: Draft): string {
  return topic;
}
