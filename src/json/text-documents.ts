import { setImmediate as nextTurn } from 'node:timers/promises';
import { readDocumentInSlices } from './document.js';
import type { JsonText } from './json-text.js';
import { PART_SIZE } from './parts.js';
import { JsonFault } from './tokens.js';
import { fitsInBytes, isPlainObject, MAX_JSON_VALUES } from './values.js';

/** Parses the documents that a body holds as strings. Their values count towards the maximum for the body. */
export class TextDocuments {
  /** The characters parsed since the last turn of the event loop. */
  private sinceTurn = 0;

  /**
   * @param maxBytesByName the members that may be such texts, each with its maximum; longer ones are left as text.
   * @param values the number of values in the body so far.
   */
  constructor(
    private readonly maxBytesByName: ReadonlyMap<string, number>,
    private values: number,
  ) {}

  /**
   * Replaces the texts by their documents, or by the fault that was found.
   * @throws JsonFault `values`
   */
  async parse(body: Record<string, unknown>, lists: ReadonlySet<string>): Promise<void> {
    await this.parseIn(body);
    for (const name of lists) {
      const list = body[name];
      if (!Array.isArray(list)) continue;
      for (const element of list) if (isPlainObject(element)) await this.parseIn(element);
    }
  }

  private async parseIn(object: Record<string, unknown>): Promise<void> {
    for (const [name, maxBytes] of this.maxBytesByName) {
      const text = object[name];
      if (typeof text === 'string' && fitsInBytes(text, maxBytes)) object[name] = await this.read(text);
    }
  }

  private async read(text: string): Promise<JsonText | JsonFault> {
    this.sinceTurn += text.length;
    if (this.sinceTurn > PART_SIZE) {
      this.sinceTurn = text.length;
      await nextTurn();
    }
    try {
      return await readDocumentInSlices(text, MAX_JSON_VALUES - this.values, (values) => {
        this.values += values;
      });
    } catch (error) {
      if (error instanceof JsonFault && error.reason !== 'values') return error;
      throw error;
    }
  }
}
