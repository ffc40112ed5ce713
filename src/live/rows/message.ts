import { JsonText, writeJson } from '../../json/index.js';
import type { ChangeType, Topic } from '../change.js';
import type { Subject } from './row-sources.js';

/** A larger text is not kept: whoever needs it makes it. */
const MAX_KEPT_CHARACTERS = 65_536;
/** What a message takes beside its texts, roughly. */
const OVERHEAD = 500;

/** A change with what it is about. The text is made once for all who get it, and not at all where nobody does. */
export class Message {
  private text: string | undefined;

  constructor(
    readonly id: string,
    readonly type: ChangeType,
    readonly topic: Topic | undefined,
    readonly subject: Subject,
  ) {}

  /** About how many characters it has, or bytes where those are known. */
  get size(): number {
    let size = OVERHEAD;
    for (const value of Object.values(this.subject.data) as unknown[]) {
      if (typeof value === 'string') size += value.length;
      else if (value instanceof JsonText) size += value.bytes ?? value.text.length;
    }
    return size;
  }

  /** The data as JSON. */
  get json(): string {
    if (this.text !== undefined) return this.text;
    const text = writeJson(this.subject.data);
    if (text.length <= MAX_KEPT_CHARACTERS) this.text = text;
    return text;
  }
}
