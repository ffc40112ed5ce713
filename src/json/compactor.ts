/**
 * Hands out text from bytes, part by part, without the places that it is told to leave out.
 * The bytes are used up: what is kept closes the gaps.
 */
export class Compactor {
  /** What is kept and not handed out lies from `begin` to `end`, and goes on at `next`. */
  private begin: number;
  private end: number;
  private next: number;

  constructor(
    private readonly bytes: Buffer,
    from: number,
  ) {
    this.begin = this.end = this.next = from;
  }

  leaveOut(from: number, to: number): void {
    this.keep(from);
    this.next = to;
  }

  /** The text up to a place that lies between two characters. */
  take(to: number): string {
    this.keep(to);
    const text = this.bytes.toString('utf8', this.begin, this.end);
    this.begin = this.end = this.next = to;
    return text;
  }

  private keep(to: number): void {
    if (this.end !== this.next) this.bytes.copyWithin(this.end, this.next, to);
    this.end += to - this.next;
  }
}
