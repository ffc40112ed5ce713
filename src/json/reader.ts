import { setImmediate as nextTurn } from 'node:timers/promises';
import { JsonBuilder } from './builder.js';
import { Compactor } from './compactor.js';
import { JsonText } from './json-text.js';
import { PART_SIZE } from './parts.js';
import { JsonScanner, type ScanListener } from './scanner.js';

export interface ReadOptions {
  /** The most values in all. */
  readonly maxValues?: number;
  /** The most values outside the documents, where each is built. */
  readonly maxFields?: number;
  /** The most bytes of a name and of a text outside the documents, and of a number anywhere. */
  readonly maxNameBytes?: number;
  readonly maxTextBytes?: number;
  readonly maxNumberBytes?: number;
  /** The deepest nesting of objects and arrays in a document. */
  readonly maxDepth?: number;
  /**
   * Whether numbers outside the range of a double are refused in documents: another parser would read them as
   * infinity.
   */
  readonly onlyDoubles?: boolean;
  /** Members of the root that are lists of objects, each parsed like the root. */
  readonly lists?: ReadonlySet<string>;
  /** Whether the root is a document itself. */
  readonly isDocument?: boolean;
  /** Whether white space outside strings is preserved in documents. */
  readonly keepsWhiteSpace?: boolean;
}

/** The depth of an element of a list. */
const ELEMENT_DEPTH = 3;
/** How much of a name that is too long is shown in the message. */
const SHOWN_NAME_BYTES = 100;
const QUOTE = '"';

/**
 * Parses JSON text of which only the outer level becomes objects: each object or array inside it is a document, and
 * becomes `JsonText`. The outer level is built while the text is scanned, so that at most one slice is parsed in one
 * turn of the event loop; a string longer than a slice is parsed in parts.
 */
export class JsonReader implements ScanListener {
  private readonly scanner: JsonScanner;
  private readonly outer = new JsonBuilder();
  /** The open document. */
  private document: Compactor | undefined;
  /** The parts of the open string outside documents, and where its next part begins. */
  private textParts: string[] = [];
  private textFrom = 0;
  /** The depth of the open document; 0 outside documents. */
  private depth = 0;
  /** The list that is open. */
  private list: string | undefined;
  private valuesBefore = 0;
  private valuesInside = 0;

  /** @param bytes UTF-8; the buffer is overwritten. */
  constructor(
    private readonly bytes: Buffer,
    private readonly options: ReadOptions = {},
  ) {
    this.scanner = new JsonScanner(bytes, this);
    this.scanner.maxNumberBytes = options.maxNumberBytes ?? Infinity;
    this.limitOuter();
  }

  /** @throws JsonFault */
  read(): unknown {
    this.scanner.advance(this.bytes.length);
    return this.outer.root;
  }

  /**
   * The same, with a turn of the event loop after each slice.
   * @throws JsonFault
   */
  async readInSlices(sliceBytes = PART_SIZE): Promise<unknown> {
    while (!this.scanner.advance(sliceBytes)) {
      this.takePart();
      await nextTurn();
    }
    return this.outer.root;
  }

  /** The number of values read. */
  get values(): number {
    return this.scanner.values;
  }

  /** The path of the open document, such as `events.3.details`, or of the current scalar. */
  get path(): string {
    const { scanner } = this;
    const depth = this.depth || scanner.depth + 1;
    const place = this.list === undefined ? '' : `${this.list}.${scanner.element}`;
    if (depth === 1 || (place && depth === ELEMENT_DEPTH)) return place;
    const name = this.depth ? this.outer.name : this.lastName();
    return place ? `${place}.${name}` : name;
  }

  onName({ nameFrom, nameTo }: JsonScanner): void {
    if (this.depth === 0) this.outer.name = this.parsed(nameFrom, nameTo) as string;
  }

  onScalar({ scalarFrom, at }: JsonScanner): void {
    if (this.depth > 0) return;
    const isInParts = this.textParts.length > 0;
    this.outer.put(isInParts ? this.wholeText(at) : this.parsed(scalarFrom, at));
  }

  onOpen({ at, depth, values }: JsonScanner, isArray: boolean): void {
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

  onClose({ depth, values }: JsonScanner): void {
    if (this.depth === 0) {
      if (depth === ELEMENT_DEPTH - 1) this.list = undefined;
      this.outer.end();
    } else if (depth === this.depth) {
      if (this.document) this.outer.put(JsonText.ofUtf8(this.document.take(this.scanner.at)));
      this.depth = 0;
      this.document = undefined;
      this.valuesInside += values - this.valuesBefore;
      this.limitOuter();
    }
  }

  onWhiteSpace(from: number, to: number): void {
    if (!this.options.keepsWhiteSpace) this.document?.skip(from, to);
  }

  private limitDocument(depthBefore: number): void {
    const { maxDepth = Infinity, maxValues = Infinity, onlyDoubles = false } = this.options;
    const { scanner } = this;
    scanner.maxDepth = depthBefore + maxDepth;
    scanner.maxValues = maxValues;
    scanner.excessReason = 'values';
    scanner.onlyDoubles = onlyDoubles;
    scanner.maxNameBytes = scanner.maxTextBytes = Infinity;
  }

  private limitOuter(): void {
    const { maxValues = Infinity, maxFields = Infinity, maxNameBytes, maxTextBytes } = this.options;
    const { scanner } = this;
    scanner.maxDepth = Infinity;
    const fields = maxFields + this.valuesInside;
    scanner.maxValues = Math.min(maxValues, fields);
    scanner.excessReason = fields < maxValues ? 'fields' : 'values';
    scanner.onlyDoubles = false;
    scanner.maxNameBytes = maxNameBytes ?? Infinity;
    scanner.maxTextBytes = maxTextBytes ?? Infinity;
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
    return `${this.bytes.toString('utf8', nameFrom + 1, nameFrom + 1 + SHOWN_NAME_BYTES)}…`;
  }

  /** A string without escapes is the text between its quotes: `JSON.parse` would take twice as long. */
  private parsed(from: number, to: number): unknown {
    const text = this.bytes.toString('utf8', from, to);
    return text.startsWith(QUOTE) && !text.includes('\\') ? text.slice(1, -1) : JSON.parse(text);
  }

  /** Takes the text read so far of the open string. */
  private takePart(): void {
    const { at, isInText } = this.scanner;
    if (isInText && !this.document) this.takeText(at, QUOTE);
  }

  /** The position is never within an escape. A surrogate pair that was written as two escapes is joined again. */
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
