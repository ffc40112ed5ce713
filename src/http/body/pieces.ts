/** So many pieces are joined to one, since each has its own overhead, and a body may come byte by byte. */
const MOST_RECENT = 256;

/** The pieces of a body, to be joined at the end. */
export class Pieces {
  size = 0;
  private joined: Buffer[] = [];
  private recent: Buffer[] = [];

  add(piece: Buffer): void {
    this.size += piece.length;
    this.recent.push(piece);
    if (this.recent.length < MOST_RECENT) return;
    this.joined.push(Buffer.concat(this.recent));
    this.recent = [];
  }

  /** All of them as one, without a copy where there is only one; they are held no longer. */
  join(): Buffer {
    const pieces = [...this.joined, ...this.recent];
    const { size } = this;
    this.clear();
    const [first = Buffer.alloc(0)] = pieces;
    return pieces.length > 1 ? Buffer.concat(pieces, size) : first;
  }

  clear(): void {
    this.joined = [];
    this.recent = [];
    this.size = 0;
  }
}
