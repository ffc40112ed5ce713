import { setImmediate as nextTurn } from 'node:timers/promises';
import { readDocumentInSlices } from './document.js';
import type { JsonText } from './json-text.js';
import { PART } from './parts.js';
import { JsonFault } from './tokens.js';
import { fits, isPlainObject, MOST_VALUES } from './values.js';

/** The documents that a body holds as texts. What they hold counts as what the body itself holds. */
export class TextDocuments {
  /** How much was read since the event loop turned. */
  private sinceTurn = 0;

  /**
   * @param sizes the names of members that may be such texts, each with its most bytes; longer ones are left unread.
   * @param values how many values the body was found to hold.
   */
  constructor(
    private readonly sizes: ReadonlyMap<string, number>,
    private values: number,
  ) {}

  /** Puts documents, or what was found wrong with them, in the places of their texts. @throws JsonFault `values` */
  async unpack(body: Record<string, unknown>, lists: ReadonlySet<string>): Promise<void> {
    await this.unpackIn(body);
    for (const name of lists) {
      const list = body[name];
      if (!Array.isArray(list)) continue;
      for (const element of list) if (isPlainObject(element)) await this.unpackIn(element);
    }
  }

  private async unpackIn(object: Record<string, unknown>): Promise<void> {
    for (const [name, maxBytes] of this.sizes) {
      const text = object[name];
      if (typeof text === 'string' && fits(text, maxBytes)) object[name] = await this.read(text);
    }
  }

  private async read(text: string): Promise<JsonText | JsonFault> {
    this.sinceTurn += text.length;
    if (this.sinceTurn > PART) {
      this.sinceTurn = text.length;
      await nextTurn();
    }
    try {
      return await readDocumentInSlices(text, MOST_VALUES - this.values, (values) => {
        this.values += values;
      });
    } catch (error) {
      if (error instanceof JsonFault && error.reason !== 'values') return error;
      throw error;
    }
  }
}
