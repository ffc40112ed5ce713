/** So many pieces are joined to one, since each has its own overhead, and a body may come byte by byte. */
const MOST_RECENT = 256;
/** Bodies of an announced size over this many bytes are put together while they come. */
const LARGE_BYTES = 1_048_576;
/** Once one in so many bytes has come: room for what is merely announced would cost the sender nothing. */
const ARRIVED_PART = 4;

/** The pieces of a body, to be joined at the end. */
export class Pieces {
  size = 0;
  /** Room for all of it; without it, a large body would be there twice when it is joined. */
  private whole: Buffer | undefined;
  private joined: Buffer[] = [];
  private recent: Buffer[] = [];

  /** @param announced how many bytes will come; 0 where that is not known. No more than that may be added. */
  constructor(private readonly announced = 0) {}

  add(piece: Buffer): void {
    if (this.whole) piece.copy(this.whole, this.size);
    else this.keep(piece);
    this.size += piece.length;
    if (!this.whole && this.announced > LARGE_BYTES && this.size * ARRIVED_PART >= this.announced) {
      this.makeRoom();
    }
  }

  private keep(piece: Buffer): void {
    this.recent.push(piece);
    if (this.recent.length < MOST_RECENT) return;
    this.joined.push(Buffer.concat(this.recent));
    this.recent = [];
  }

  /** All of them as one, without a copy where there is only one; they are held no longer. */
  join(): Buffer {
    const { size, whole } = this;
    const pieces = whole ? [whole.subarray(0, size)] : [...this.joined, ...this.recent];
    this.clear();
    const [first = Buffer.alloc(0)] = pieces;
    return pieces.length > 1 ? Buffer.concat(pieces, size) : first;
  }

  clear(): void {
    this.whole = undefined;
    this.joined = [];
    this.recent = [];
    this.size = 0;
  }

  private makeRoom(): void {
    const whole = Buffer.allocUnsafeSlow(this.announced);
    let at = 0;
    for (const piece of [...this.joined, ...this.recent]) at += piece.copy(whole, at);
    this.whole = whole;
    this.joined = [];
    this.recent = [];
  }
}
