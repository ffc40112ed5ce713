import { setImmediate as nextTurn } from 'node:timers/promises';
import { JsonBuilder } from './builder.js';
import { Compactor } from './compactor.js';
import { JsonText } from './json-text.js';
import { PART } from './parts.js';
import { JsonScanner, type Watcher } from './scanner.js';

export interface ReadOptions {
  /** How many values there may be. */
  readonly mostValues?: number;
  /** How many of them may lie outside the documents, where each is built. */
  readonly mostFields?: number;
  /** The most bytes of a name and of a text outside the documents, and of a number anywhere. */
  readonly mostName?: number;
  readonly mostText?: number;
  readonly mostNumber?: number;
  /** How many objects and arrays may lie inside one another in a document. */
  readonly mostDepth?: number;
  /** Whether a document may hold no number past the range of a double, which a reader would take for infinity. */
  readonly onlyDoubles?: boolean;
  /** Members of the root that are lists of objects, each read like the root. */
  readonly lists?: ReadonlySet<string>;
  /** Whether the root is a document itself. */
  readonly isDocument?: boolean;
  /** Whether white space outside strings stays in documents. */
  readonly keepSpace?: boolean;
}

/** How many objects and arrays are open in an element of a list. */
const ELEMENT_DEPTH = 3;
/** How much is shown of a name that is too long. */
const SHOWN = 100;
const QUOTE = '"';

/**
 * Reads JSON text of which only the outer level becomes objects: each object or array inside it is a document, and
 * comes as `JsonText`. The outer level is built as it is read, so that no more than a slice is ever parsed in one turn
 * of the event loop; of a string that is longer than a slice, each part is parsed on its own.
 */
export class JsonReader implements Watcher {
  private readonly scanner: JsonScanner;
  private readonly outer = new JsonBuilder();
  /** What is read of the document that is open, and the parts of it so far. */
  private document: Compactor | undefined;
  private parts: string[] = [];
  /** The parts of the open string outside documents, and where the next begins. */
  private textParts: string[] = [];
  private textFrom = 0;
  /** At which depth the open document is; 0 outside. */
  private depth = 0;
  /** The list that is open. */
  private list: string | undefined;
  private valuesBefore = 0;
  private valuesInside = 0;

  /** @param bytes UTF-8, which is used up. */
  constructor(
    private readonly bytes: Buffer,
    private readonly options: ReadOptions = {},
  ) {
    this.scanner = new JsonScanner(bytes, this);
    this.scanner.mostNumber = options.mostNumber ?? Infinity;
    this.limitOuter();
  }

  /** @throws JsonFault */
  read(): unknown {
    this.scanner.advance(this.bytes.length);
    return this.outer.root;
  }

  /** The same, with a turn of the event loop after each part of what is large. @throws JsonFault */
  async readInSlices(sliceBytes = PART): Promise<unknown> {
    while (!this.scanner.advance(sliceBytes)) {
      this.takePart();
      await nextTurn();
    }
    return this.outer.root;
  }

  /** How many values were read. */
  get values(): number {
    return this.scanner.values;
  }

  /** The path of the document that is open, such as `events.3.details`, or of the scalar that is. */
  get path(): string {
    const { scanner } = this;
    const depth = this.depth || scanner.depth + 1;
    const place = this.list === undefined ? '' : `${this.list}.${scanner.element}`;
    if (depth === 1 || (place && depth === ELEMENT_DEPTH)) return place;
    const name = this.depth ? this.outer.name : this.lastName();
    return place ? `${place}.${name}` : name;
  }

  named({ nameFrom, nameTo }: JsonScanner): void {
    if (this.depth === 0) this.outer.name = this.parsed(nameFrom, nameTo) as string;
  }

  scalar({ scalarFrom, at }: JsonScanner): void {
    if (this.depth > 0) return;
    const isInParts = this.textParts.length > 0;
    this.outer.put(isInParts ? this.wholeText(at) : this.parsed(scalarFrom, at));
  }

  opened({ at, depth, values }: JsonScanner, isArray: boolean): void {
    if (this.depth > 0) return;
    if (this.isOuter(depth, isArray)) {
      this.outer.begin(isArray ? [] : {});
      return;
    }
    this.depth = depth;
    this.document = new Compactor(this.bytes, at);
    this.valuesBefore = values;
    this.limitDocument(depth - 1);
  }

  closed({ depth, values }: JsonScanner): void {
    if (this.depth === 0) {
      if (depth === ELEMENT_DEPTH - 1) this.list = undefined;
      this.outer.end();
    } else if (depth === this.depth) {
      this.takePart();
      this.outer.put(new JsonText(this.parts.join('')));
      this.depth = 0;
      this.document = undefined;
      this.parts = [];
      this.valuesInside += values - this.valuesBefore;
      this.limitOuter();
    }
  }

  space(from: number, to: number): void {
    if (!this.options.keepSpace) this.document?.leaveOut(from, to);
  }

  private limitDocument(depthBefore: number): void {
    const { mostDepth = Infinity, mostValues = Infinity, onlyDoubles = false } = this.options;
    const { scanner } = this;
    scanner.mostDepth = depthBefore + mostDepth;
    scanner.mostValues = mostValues;
    scanner.tooMany = 'values';
    scanner.onlyDoubles = onlyDoubles;
    scanner.mostName = scanner.mostText = Infinity;
  }

  private limitOuter(): void {
    const { mostValues = Infinity, mostFields = Infinity, mostName, mostText } = this.options;
    const { scanner } = this;
    scanner.mostDepth = Infinity;
    const fields = mostFields + this.valuesInside;
    scanner.mostValues = Math.min(mostValues, fields);
    scanner.tooMany = fields < mostValues ? 'fields' : 'values';
    scanner.onlyDoubles = false;
    scanner.mostName = mostName ?? Infinity;
    scanner.mostText = mostText ?? Infinity;
  }

  private isOuter(depth: number, isArray: boolean): boolean {
    if (this.options.isDocument) return false;
    if (depth === 1 || this.list !== undefined) return depth <= ELEMENT_DEPTH && !isArray;
    if (depth > 2 || !isArray || !this.options.lists) return false;
    if (!this.options.lists.has(this.outer.name)) return false;
    this.list = this.outer.name;
    return true;
  }

  private lastName(): string {
    const { nameFrom, nameTo } = this.scanner;
    if (nameTo > nameFrom) return this.outer.name;
    return `${this.bytes.toString('utf8', nameFrom + 1, nameFrom + 1 + SHOWN)}…`;
  }

  /** A string without an escape is what stands between its quotes: to parse it as well would take twice as long. */
  private parsed(from: number, to: number): unknown {
    const text = this.bytes.toString('utf8', from, to);
    return text.startsWith(QUOTE) && !text.includes('\\') ? text.slice(1, -1) : JSON.parse(text);
  }

  /** What was read of the document, or of the string, that is open. */
  private takePart(): void {
    const { at, isInText } = this.scanner;
    if (this.document) this.parts.push(this.document.take(at));
    else if (isInText) this.takeText(at, QUOTE);
  }

  /** The place lies within no escape. Halves of a character that was written as two escapes come together again. */
  private takeText(to: number, end: string): void {
    const from = this.textParts.length > 0 ? this.textFrom : this.scanner.scalarFrom + 1;
    this.textParts.push(JSON.parse(QUOTE + this.bytes.toString('utf8', from, to) + end) as string);
    this.textFrom = to;
  }

  private wholeText(to: number): string {
    this.takeText(to, '');
    const text = this.textParts.join('');
    this.textParts = [];
    return text;
  }
}
