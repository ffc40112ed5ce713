import {
  isContinuation,
  isDigit,
  isSpace,
  JsonFault,
  skipEscape,
  skipLiteral,
  skipNumber,
} from './tokens.js';

/** Gets the events of a scan. */
export interface ScanListener {
  /** After the name of a member, which lies from `nameFrom` to `nameTo`. */
  onName(scanner: JsonScanner): void;
  /** After a string, a number or a literal, which lies from `scalarFrom` to `at`. */
  onScalar(scanner: JsonScanner): void;
  /** Before the first character of an object or array; `depth` counts it already. */
  onOpen(scanner: JsonScanner, isArray: boolean): void;
  /** After the last character of an object or array; `depth` still counts it. */
  onClose(scanner: JsonScanner): void;
  onWhiteSpace(from: number, to: number): void;
}

const [FIRST_VALUE, VALUE, FIRST_NAME, NAME, COLON, AFTER, DONE, IN_VALUE, IN_NAME] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
] as const;
type State = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const [QUOTE, BACKSLASH, COMMA, COLON_SIGN, MINUS] = [0x22, 0x5c, 0x2c, 0x3a, 0x2d] as const;
const [ARRAY, ARRAY_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d] as const;
const FIRST_PRINTABLE = 0x20;
/** The depth within a list that is a member of the root. */
const LIST_DEPTH = 2;

/**
 * Validates UTF-8 text against the grammar of JSON (RFC 8259) and builds nothing. It is resumable, so that its caller
 * can yield to other work, and not recursive, so that nesting cannot exhaust the stack.
 */
export class JsonScanner {
  at = 0;
  /** The number of open objects and arrays, and its maximum. */
  depth = 0;
  maxDepth = Infinity;
  /** Whether numbers outside the range of a double are refused. */
  onlyDoubles = false;
  values = 0;
  /** The most values at this point, and the fault to throw beyond them. */
  maxValues = Infinity;
  excessReason: 'values' | 'fields' = 'values';
  maxNumberBytes = Infinity;
  /** The most bytes of a string value, and of a name. */
  maxTextBytes = Infinity;
  maxNameBytes = Infinity;
  /** The index of the current element of the array at the second level. */
  element = 0;
  /** The range of the last member name, with its quotes. */
  nameFrom = 0;
  nameTo = 0;
  /** Where the last scalar begins, a string with its quote. */
  scalarFrom = 0;
  private state: State = VALUE;
  private readonly arrays: boolean[] = [];

  constructor(
    private readonly bytes: Buffer,
    private readonly listener?: ScanListener,
  ) {}

  /** Whether the scan stopped within a string value. */
  get isInText(): boolean {
    return this.state === IN_VALUE;
  }

  /**
   * Scans about `count` bytes more, and stops at a character boundary.
   * @returns whether the end was reached.
   * @throws JsonFault
   */
  advance(count: number): boolean {
    const { bytes } = this;
    const stop = Math.min(this.at + count, bytes.length);
    while (this.at < stop) {
      if (this.state >= IN_VALUE) this.string(stop);
      else this.token(bytes[this.at] ?? 0, stop);
    }
    if (this.at < bytes.length) return false;
    if (this.state !== DONE) throw this.malformed();
    return true;
  }

  private token(byte: number, stop: number): void {
    const { state } = this;
    if (byte <= FIRST_PRINTABLE) this.space(stop);
    else if (state === AFTER) this.after(byte);
    else if (state <= VALUE) this.value(byte);
    else if (state <= NAME) this.name(byte);
    else if (state === COLON && byte === COLON_SIGN) this.advanceTo(VALUE);
    else throw this.malformed();
  }

  private advanceTo(next: State): void {
    this.at++;
    this.state = next;
  }

  private space(stop: number): void {
    const from = this.at;
    let to = from;
    while (to < stop && isSpace(this.bytes[to])) to++;
    if (to === from) throw this.malformed();
    this.at = to;
    this.listener?.onWhiteSpace(from, to);
  }

  private value(byte: number): void {
    if (byte === ARRAY_END && this.state === FIRST_VALUE) {
      this.close();
      return;
    }
    if (++this.values > this.maxValues) throw new JsonFault(this.excessReason, this.at);
    if (byte === OBJECT) this.open(false);
    else if (byte === ARRAY) this.open(true);
    else this.scalar(byte);
  }

  private scalar(byte: number): void {
    this.scalarFrom = this.at;
    if (byte === QUOTE) this.advanceTo(IN_VALUE);
    else {
      const isNumber = byte === MINUS || isDigit(byte);
      this.at = isNumber
        ? skipNumber(this.bytes, this.at, this.maxNumberBytes, this.onlyDoubles)
        : skipLiteral(this.bytes, this.at);
      this.endScalar();
    }
  }

  private name(byte: number): void {
    if (byte === OBJECT_END && this.state === FIRST_NAME) {
      this.close();
    } else if (byte === QUOTE) {
      this.nameFrom = this.at;
      this.advanceTo(IN_NAME);
    } else throw this.malformed();
  }

  private after(byte: number): void {
    const isArray = this.arrays[this.depth - 1] ?? false;
    if (byte === COMMA) {
      if (this.depth === LIST_DEPTH) this.element++;
      this.advanceTo(isArray ? VALUE : NAME);
    } else if (byte === (isArray ? ARRAY_END : OBJECT_END)) this.close();
    else throw this.malformed();
  }

  private open(isArray: boolean): void {
    this.arrays[this.depth++] = isArray;
    if (this.depth === LIST_DEPTH) this.element = 0;
    if (this.depth > this.maxDepth) throw new JsonFault('depth', this.at);
    this.listener?.onOpen(this, isArray);
    this.advanceTo(isArray ? FIRST_VALUE : FIRST_NAME);
  }

  private close(): void {
    this.at++;
    this.listener?.onClose(this);
    this.depth--;
    this.end();
  }

  private endScalar(): void {
    this.listener?.onScalar(this);
    this.end();
  }

  private end(): void {
    this.state = this.depth === 0 ? DONE : AFTER;
  }

  private string(stop: number): void {
    const { bytes } = this;
    let { at } = this;
    for (; at < stop; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) {
        this.endString(at + 1);
        return;
      }
      if (byte === BACKSLASH) at = skipEscape(bytes, at + 1) - 1;
      else if (byte < FIRST_PRINTABLE) throw new JsonFault('malformed', at);
    }
    while (isContinuation(bytes[at])) at++;
    this.at = at;
    this.measureString();
  }

  private endString(at: number): void {
    this.at = at;
    this.measureString();
    if (this.state === IN_NAME) {
      this.nameTo = at;
      this.listener?.onName(this);
      this.state = COLON;
    } else this.endScalar();
  }

  private measureString(): void {
    if (this.state === IN_NAME) {
      if (this.at - this.nameFrom > this.maxNameBytes) throw new JsonFault('name', this.at);
    } else if (this.at - this.scalarFrom > this.maxTextBytes) throw new JsonFault('text', this.at);
  }

  private malformed(): JsonFault {
    return new JsonFault('malformed', this.at);
  }
}
