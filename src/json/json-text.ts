import { randomUUID } from 'node:crypto';
import type { JsonContainer } from './values.js';

/** What stands for a document while the rest is written. Nobody outside this process ever sees it. */
const MARK = randomUUID();
const QUOTED_MARK = `"${MARK}"`;

/** The documents of the answer that is being written. */
let written: string[] | undefined;

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

  /** `JSON.stringify` can put in no text as it is: by itself it gets the object; `writeJson` puts the text in. */
  toJSON(): JsonContainer | string {
    if (!written) return this.parse();
    written.push(this.text);
    return MARK;
  }
}

/** JSON text of an answer, as `JSON.stringify` writes it, but with its documents to the letter. */
export function writeJson(answer: object): string {
  const documents: string[] = [];
  written = documents;
  try {
    const text = JSON.stringify(answer);
    if (documents.length === 0) return text;
    let next = 0;
    // The mark stands between quotes of its own only where it is a whole value: in a text they would be escaped.
    return text.replaceAll(QUOTED_MARK, () => documents[next++] ?? '');
  } finally {
    written = undefined;
  }
}
