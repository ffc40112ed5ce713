import {
  isContinuation,
  isDigit,
  isSpace,
  JsonFault,
  pastEscape,
  pastLiteral,
  pastNumber,
} from './tokens.js';

/** Hears of names and values, and of white space outside strings, as the scanner comes by. */
export interface Watcher {
  /** When the name of a member was passed; it lies from `nameFrom` to `nameTo`. */
  named(scanner: JsonScanner): void;
  /** When a string, a number or a literal was passed; it lies from `scalarFrom` to `at`. */
  scalar(scanner: JsonScanner): void;
  /** Before its first character is passed; `depth` counts it already. */
  opened(scanner: JsonScanner, isArray: boolean): void;
  /** When its last character was passed; `depth` still counts it. */
  closed(scanner: JsonScanner): void;
  space(from: number, to: number): void;
}

const [FIRST_VALUE, VALUE, FIRST_NAME, NAME, COLON, AFTER, DONE, IN_VALUE, IN_NAME] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
] as const;
type State = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const [QUOTE, BACKSLASH, COMMA, COLON_SIGN, MINUS] = [0x22, 0x5c, 0x2c, 0x3a, 0x2d] as const;
const [ARRAY, ARRAY_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d] as const;
const FIRST_PRINTABLE = 0x20;
/** How many objects and arrays are open in a list that is a member of the root. */
const LIST_DEPTH = 2;

/**
 * Checks UTF-8 text against the grammar of JSON (RFC 8259) and builds nothing. It goes on where it stopped, so that
 * its caller can turn to other work, and needs no stack for what is nested.
 */
export class JsonScanner {
  at = 0;
  /** How many objects and arrays are open, and how many may be. */
  depth = 0;
  mostDepth = Infinity;
  /** Whether a number past the range of a double is refused. */
  onlyDoubles = false;
  values = 0;
  /** How many values there may be by now, and what is said of more. */
  mostValues = Infinity;
  tooMany: 'values' | 'fields' = 'values';
  mostNumber = Infinity;
  /** The most bytes of a string that is a value, and of one that is a name. */
  mostText = Infinity;
  mostName = Infinity;
  /** Which element of an array on the second level this is. */
  element = 0;
  /** Where the last name of a member lies, with its quotes. */
  nameFrom = 0;
  nameTo = 0;
  /** Where the last scalar begins, a string with its quote. */
  scalarFrom = 0;
  private state: State = VALUE;
  private readonly arrays: boolean[] = [];

  constructor(
    private readonly bytes: Buffer,
    private readonly watcher?: Watcher,
  ) {}

  /** Whether the place lies within a string that is a value. */
  get isInText(): boolean {
    return this.state === IN_VALUE;
  }

  /**
   * Goes on for about as many bytes, and stops between two characters.
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
    else if (state === COLON && byte === COLON_SIGN) this.pass(VALUE);
    else throw this.malformed();
  }

  private pass(next: State): void {
    this.at++;
    this.state = next;
  }

  private space(stop: number): void {
    const from = this.at;
    let to = from;
    while (to < stop && isSpace(this.bytes[to])) to++;
    if (to === from) throw this.malformed();
    this.at = to;
    this.watcher?.space(from, to);
  }

  private value(byte: number): void {
    if (byte === ARRAY_END && this.state === FIRST_VALUE) {
      this.close();
      return;
    }
    if (++this.values > this.mostValues) throw new JsonFault(this.tooMany, this.at);
    if (byte === OBJECT) this.open(false);
    else if (byte === ARRAY) this.open(true);
    else this.scalar(byte);
  }

  private scalar(byte: number): void {
    this.scalarFrom = this.at;
    if (byte === QUOTE) this.pass(IN_VALUE);
    else {
      const isNumber = byte === MINUS || isDigit(byte);
      this.at = isNumber
        ? pastNumber(this.bytes, this.at, this.mostNumber, this.onlyDoubles)
        : pastLiteral(this.bytes, this.at);
      this.endScalar();
    }
  }

  private name(byte: number): void {
    if (byte === OBJECT_END && this.state === FIRST_NAME) {
      this.close();
    } else if (byte === QUOTE) {
      this.nameFrom = this.at;
      this.pass(IN_NAME);
    } else throw this.malformed();
  }

  private after(byte: number): void {
    const isArray = this.arrays[this.depth - 1] ?? false;
    if (byte === COMMA) {
      if (this.depth === LIST_DEPTH) this.element++;
      this.pass(isArray ? VALUE : NAME);
    } else if (byte === (isArray ? ARRAY_END : OBJECT_END)) this.close();
    else throw this.malformed();
  }

  private open(isArray: boolean): void {
    this.arrays[this.depth++] = isArray;
    if (this.depth === LIST_DEPTH) this.element = 0;
    if (this.depth > this.mostDepth) throw new JsonFault('depth', this.at);
    this.watcher?.opened(this, isArray);
    this.pass(isArray ? FIRST_VALUE : FIRST_NAME);
  }

  private close(): void {
    this.at++;
    this.watcher?.closed(this);
    this.depth--;
    this.end();
  }

  private endScalar(): void {
    this.watcher?.scalar(this);
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
      if (byte === BACKSLASH) at = pastEscape(bytes, at + 1) - 1;
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
      this.watcher?.named(this);
      this.state = COLON;
    } else this.endScalar();
  }

  private measureString(): void {
    if (this.state === IN_NAME) {
      if (this.at - this.nameFrom > this.mostName) throw new JsonFault('name', this.at);
    } else if (this.at - this.scalarFrom > this.mostText) throw new JsonFault('text', this.at);
  }

  private malformed(): JsonFault {
    return new JsonFault('malformed', this.at);
  }
}
