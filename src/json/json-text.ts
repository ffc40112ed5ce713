import { randomUUID } from 'node:crypto';
import { encodedParts } from './parts.js';
import { fitsInBytes, type JsonContainer } from './values.js';

/** Stands for a document while the rest of the answer is serialized; it never leaves the process. */
const PLACEHOLDER = randomUUID();
const QUOTED_PLACEHOLDER = `"${PLACEHOLDER}"`;

/** Larger documents stay in UTF-8: as a string, one would be copied in the heap, and encoded again to be stored and sent. */
const MAX_DECODED_BYTES = 1_048_576;
/** How much larger than such a document the memory may be that it is a part of. */
const MAX_SLACK = 1.25;
const [OPENING_BRACE] = Buffer.from('{');

/** The documents of the answer that is being serialized. */
let pendingDocuments: JsonText[] | undefined;

/**
 * The verbatim text of a JSON object or array: `JSON.parse` preserves neither the digits of a large number, nor the
 * position of a name such as `"101"`, nor a duplicate name. The text must be checked before.
 */
export class JsonText {
  private constructor(
    private source: string | Buffer,
    /** Its size in UTF-8, where it is known: to measure a large text takes a while. */
    readonly bytes?: number,
  ) {}

  /** @param bytes its size in UTF-8, where it is known. */
  static of(text: string, bytes?: number): JsonText {
    return new JsonText(text, bytes);
  }

  /** @param utf8 is kept where it is large: it must not be overwritten. */
  static ofUtf8(utf8: Buffer): JsonText {
    if (utf8.length <= MAX_DECODED_BYTES) return new JsonText(utf8.toString(), utf8.length);
    // What lies beside it, such as white space of a body, would stay in memory with it.
    const isMostOfIt = utf8.length * MAX_SLACK >= utf8.buffer.byteLength;
    return new JsonText(isMostOfIt ? utf8 : Buffer.from(utf8), utf8.length);
  }

  /** The text; where it was kept in UTF-8 it no longer is, so that memory holds it once. */
  get text(): string {
    this.source = this.source.toString();
    return this.source;
  }

  /** Its UTF-8, where it is kept as such. */
  get utf8(): Buffer | undefined {
    return typeof this.source === 'string' ? undefined : this.source;
  }

  /** Whether it is an object, and not an array. */
  get isObject(): boolean {
    const { source } = this;
    return typeof source === 'string' ? source.startsWith('{') : source[0] === OPENING_BRACE;
  }

  /** Its UTF-8 in parts, with turns of the event loop in between where it has to be encoded. */
  async encoded(): Promise<readonly Buffer[]> {
    return typeof this.source === 'string' ? encodedParts(this.source) : [this.source];
  }

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
  const { text, documents } = serialize(answer);
  return filled(text, documents);
}

/** A JSON text in pieces: those of documents that are kept in UTF-8, and strings between them. */
export class JsonPieces {
  constructor(
    readonly pieces: readonly (string | Buffer)[],
    /** Its size in UTF-8. */
    readonly bytes: number,
  ) {}
}

/** A JSON text, with its size in UTF-8 where it is known. */
export type WrittenJson = { readonly text: string; readonly bytes?: number } | JsonPieces;

/** Serializes an answer like `writeJson`, for whoever sends it: large documents are not decoded. */
export function writeSizedJson(answer: object): WrittenJson {
  const { text, documents } = serialize(answer);
  if (documents.length === 0) return { text };
  const sizeWith = (sizeOf: (document: JsonText) => number): number =>
    documents.reduce(
      (sum, document) => sum + (document.bytes ?? sizeOf(document)) - QUOTED_PLACEHOLDER.length,
      Buffer.byteLength(text),
    );
  if (documents.some(({ utf8 }) => utf8 !== undefined)) {
    return new JsonPieces(
      piecesOf(text, documents),
      sizeWith((document) => Buffer.byteLength(document.text)),
    );
  }
  const whole = filled(text, documents);
  const bytes = sizeWith(() => NaN);
  return Number.isNaN(bytes) ? { text: whole } : { text: whole, bytes };
}

/** @returns the text with a placeholder for each of the documents. */
function serialize(answer: object): { text: string; documents: readonly JsonText[] } {
  const documents: JsonText[] = [];
  pendingDocuments = documents;
  try {
    return { text: JSON.stringify(answer), documents };
  } finally {
    pendingDocuments = undefined;
  }
}

/** The quoted placeholder occurs only as a whole value: inside a string its quotes would be escaped. */
function filled(text: string, documents: readonly JsonText[]): string {
  let next = 0;
  return documents.length === 0
    ? text
    : text.replaceAll(QUOTED_PLACEHOLDER, () => documents[next++]?.text ?? '');
}

function piecesOf(text: string, documents: readonly JsonText[]): (string | Buffer)[] {
  return text.split(QUOTED_PLACEHOLDER).flatMap((between, index) => {
    const document = documents[index];
    return document ? [between, document.utf8 ?? document.text] : [between];
  });
}
