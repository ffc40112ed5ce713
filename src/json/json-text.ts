import { randomUUID } from 'node:crypto';
import type { JsonContainer } from './values.js';

/** Stands for a document while the rest of the answer is serialized; it never leaves the process. */
const PLACEHOLDER = randomUUID();
const QUOTED_PLACEHOLDER = `"${PLACEHOLDER}"`;

/** The documents of the answer that is being serialized. */
let pendingDocuments: string[] | undefined;

/**
 * The verbatim text of a JSON object or array: `JSON.parse` preserves neither the digits of a large number, nor the
 * position of a name such as `"101"`, nor a duplicate name. The text must be checked before.
 */
export class JsonText {
  constructor(readonly text: string) {}

  /** Parses the text to a JavaScript object or array. */
  parse(): JsonContainer {
    return JSON.parse(this.text) as JsonContainer;
  }

  /**
   * `JSON.stringify` cannot insert raw text: within `writeJson` it gets a placeholder, otherwise the parsed object.
   */
  toJSON(): JsonContainer | string {
    if (!pendingDocuments) return this.parse();
    pendingDocuments.push(this.text);
    return PLACEHOLDER;
  }
}

/** Serializes an answer like `JSON.stringify`, but with its documents verbatim. */
export function writeJson(answer: object): string {
  const documents: string[] = [];
  pendingDocuments = documents;
  try {
    const text = JSON.stringify(answer);
    if (documents.length === 0) return text;
    let next = 0;
    // The quoted placeholder occurs only as a whole value: inside a string its quotes would be escaped.
    return text.replaceAll(QUOTED_PLACEHOLDER, () => documents[next++] ?? '');
  } finally {
    pendingDocuments = undefined;
  }
}
