import { randomUUID } from 'node:crypto';
import { fitsInBytes, type JsonContainer } from './values.js';

/** Stands for a document while the rest of the answer is serialized; it never leaves the process. */
const PLACEHOLDER = randomUUID();
const QUOTED_PLACEHOLDER = `"${PLACEHOLDER}"`;

/** The documents of the answer that is being serialized. */
let pendingDocuments: JsonText[] | undefined;

/**
 * The verbatim text of a JSON object or array: `JSON.parse` preserves neither the digits of a large number, nor the
 * position of a name such as `"101"`, nor a duplicate name. The text must be checked before.
 */
export class JsonText {
  /** @param bytes its size in UTF-8, where it is known: to measure a large text takes a while. */
  constructor(
    readonly text: string,
    readonly bytes?: number,
  ) {}

  fitsInBytes(maxBytes: number): boolean {
    return this.bytes === undefined ? fitsInBytes(this.text, maxBytes) : this.bytes <= maxBytes;
  }

  /** Parses the text to a JavaScript object or array. */
  parse(): JsonContainer {
    return JSON.parse(this.text) as JsonContainer;
  }

  /**
   * `JSON.stringify` cannot insert raw text: within `writeJson` it gets a placeholder, otherwise the parsed object.
   */
  toJSON(): JsonContainer | string {
    if (!pendingDocuments) return this.parse();
    pendingDocuments.push(this);
    return PLACEHOLDER;
  }
}

/** Serializes an answer like `JSON.stringify`, but with its documents verbatim. */
export function writeJson(answer: object): string {
  return writeSizedJson(answer).text;
}

/** The same, with its size in UTF-8 where that of its documents is known. */
export function writeSizedJson(answer: object): { readonly text: string; readonly bytes?: number } {
  const documents: JsonText[] = [];
  pendingDocuments = documents;
  try {
    const text = JSON.stringify(answer);
    if (documents.length === 0) return { text };
    let next = 0;
    // The quoted placeholder occurs only as a whole value: inside a string its quotes would be escaped.
    const whole = text.replaceAll(QUOTED_PLACEHOLDER, () => documents[next++]?.text ?? '');
    const bytes = documents.reduce(
      (sum, document) => sum + (document.bytes ?? NaN) - QUOTED_PLACEHOLDER.length,
      Buffer.byteLength(text),
    );
    return Number.isNaN(bytes) ? { text: whole } : { text: whole, bytes };
  } finally {
    pendingDocuments = undefined;
  }
}
