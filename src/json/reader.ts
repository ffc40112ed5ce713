import { setImmediate as nextTurn } from 'node:timers/promises';
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

type JsonObject = Record<string, unknown>;

const NO_LISTS: ReadonlySet<string> = new Set();
/** How many objects and arrays are open in an element of a list. */
const ELEMENT_DEPTH = 3;
/** How much is shown of a name that is too long. */
const SHOWN = 100;

/**
 * Reads JSON text of which only the outer level becomes objects: each object or array inside it is a document, and
 * comes as `JsonText`. What lies between the documents is handed to `JSON.parse`, with `[n]` or `{"":n}` in the place
 * of document n. That is never ambiguous: at each place of the outer level only objects, or only arrays, can be
 * anything else than a document.
 */
export class JsonReader implements Watcher {
  private readonly scanner: JsonScanner;
  private readonly text: Compactor;
  private readonly documents: JsonText[] = [];
  /** The outer level so far, and the parts of the document that is open. */
  private outer = '';
  private parts: string[] = [];
  /** At which depth the open document is; 0 outside. */
  private depth = 0;
  /** Where its name lies. */
  private name: readonly [number, number] = [0, 0];
  /** The list that is open. */
  private list: string | undefined;
  private rootIsDocument = false;
  private valuesBefore = 0;
  private valuesInside = 0;

  /** @param bytes UTF-8, which is used up. */
  constructor(
    private readonly bytes: Buffer,
    private readonly options: ReadOptions = {},
  ) {
    this.text = new Compactor(bytes);
    this.scanner = new JsonScanner(bytes, this);
    this.scanner.mostNumber = options.mostNumber ?? Infinity;
    this.limitOuter();
  }

  /** @throws JsonFault */
  read(): unknown {
    this.scanner.advance(this.bytes.length);
    return this.built();
  }

  /** The same, with a turn of the event loop after each part of what is large. @throws JsonFault */
  async readInSlices(sliceBytes = PART): Promise<unknown> {
    while (!this.scanner.advance(sliceBytes)) {
      this.take();
      await nextTurn();
    }
    return this.built();
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
    const name = this.depth ? this.nameAt(...this.name) : this.lastName();
    return place ? `${place}.${name}` : name;
  }

  opened({ depth, values, nameFrom, nameTo }: JsonScanner, isArray: boolean): void {
    if (this.depth > 0 || this.isOuter(depth, isArray)) return;
    this.take();
    this.depth = depth;
    this.name = [nameFrom, nameTo];
    this.rootIsDocument = depth === 1;
    this.valuesBefore = values;
    this.limitDocument(depth - 1);
  }

  closed({ depth, values }: JsonScanner, isArray: boolean): void {
    if (this.depth === 0 && depth === ELEMENT_DEPTH - 1) this.list = undefined;
    if (depth !== this.depth) return;
    this.take();
    this.depth = 0;
    const place = this.documents.push(new JsonText(this.parts.join(''))) - 1;
    this.parts = [];
    this.outer += isArray ? `[${place}]` : `{"":${place}}`;
    this.valuesInside += values - this.valuesBefore;
    this.limitOuter();
  }

  space(from: number, to: number): void {
    if (this.depth > 0 && !this.options.keepSpace) this.text.leaveOut(from, to);
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
    const name = this.nameAt(this.scanner.nameFrom, this.scanner.nameTo);
    if (!this.options.lists.has(name)) return false;
    this.list = name;
    return true;
  }

  private nameAt(from: number, to: number): string {
    return JSON.parse(this.bytes.toString('utf8', from, to)) as string;
  }

  private lastName(): string {
    const { nameFrom, nameTo } = this.scanner;
    if (nameTo > nameFrom) return this.nameAt(nameFrom, nameTo);
    return `${this.bytes.toString('utf8', nameFrom + 1, nameFrom + 1 + SHOWN)}…`;
  }

  private take(): void {
    const text = this.text.take(this.scanner.at);
    if (this.depth > 0) this.parts.push(text);
    else this.outer += text;
  }

  private built(): unknown {
    this.take();
    const { lists = NO_LISTS } = this.options;
    if (this.rootIsDocument) return this.documents[0];
    const root: unknown = JSON.parse(this.outer);
    return typeof root === 'object' && root !== null ? this.filled(root as JsonObject, lists) : root;
  }

  /** Puts the documents in their places. */
  private filled(object: JsonObject, lists = NO_LISTS): JsonObject {
    if (this.documents.length === 0) return object;
    for (const name of Object.keys(object)) {
      const value = object[name];
      if (typeof value !== 'object' || value === null) continue;
      object[name] =
        Array.isArray(value) && lists.has(name) ? this.filledList(value) : this.documentAt(value);
    }
    return object;
  }

  private filledList(elements: readonly unknown[]): unknown[] {
    return elements.map((element) => {
      if (typeof element !== 'object' || element === null) return element;
      return Array.isArray(element) ? this.documentAt(element) : this.filled(element as JsonObject);
    });
  }

  private documentAt(place: object): JsonText | undefined {
    return this.documents[Number(Object.values(place)[0])];
  }
}
