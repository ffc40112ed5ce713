/** Takes a text out of bytes, without the ranges to skip. The buffer is overwritten: the bytes that remain are moved over the gaps. */
export class Compactor {
  /** The compacted bytes lie from `begin` to `end`; the input goes on at `next`. */
  private readonly begin: number;
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

  /** @returns the text up to a position, in UTF-8; a part of the buffer. */
  take(to: number): Buffer {
    this.append(to);
    return this.bytes.subarray(this.begin, this.end);
  }

  private append(to: number): void {
    if (this.end !== this.next) this.bytes.copyWithin(this.end, this.next, to);
    this.end += to - this.next;
  }
}
