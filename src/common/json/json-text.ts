import type { JsonContainer } from './values.js';

/**
 * The text of a JSON object or array, to the letter: `JSON.parse` keeps neither the digits of a large number, nor the
 * place of a name such as `"101"`, nor a name that comes twice. Whoever makes one has checked the text.
 */
export class JsonText {
  constructor(readonly text: string) {}

  /** The object or array that the text stands for, as JavaScript has it. */
  parse(): JsonContainer {
    return JSON.parse(this.text) as JsonContainer;
  }

  /** For `JSON.stringify`, which can put in no text as it is; `writeJson` can. */
  toJSON(): JsonContainer {
    return this.parse();
  }
}
