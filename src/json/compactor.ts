/**
 * Decodes text from bytes, part by part, without the ranges to skip. The buffer is overwritten: the bytes that remain
 * are moved over the gaps.
 */
export class Compactor {
  /** The compacted bytes that are not yet decoded lie from `begin` to `end`; the input goes on at `next`. */
  private begin: number;
  private end: number;
  private next: number;

  constructor(
    private readonly bytes: Buffer,
    from: number,
  ) {
    this.begin = this.end = this.next = from;
  }

  skip(from: number, to: number): void {
    this.append(from);
    this.next = to;
  }

  /** Decodes the text up to a position, which must be a character boundary. */
  take(to: number): string {
    this.append(to);
    const text = this.bytes.toString('utf8', this.begin, this.end);
    this.begin = this.end = this.next = to;
    return text;
  }

  private append(to: number): void {
    if (this.end !== this.next) this.bytes.copyWithin(this.end, this.next, to);
    this.end += to - this.next;
  }
}
