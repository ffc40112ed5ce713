/** The number of chunks that are joined to one: each has its own overhead, and a body may arrive byte by byte. */
const MAX_RECENT_CHUNKS = 256;
/** A body whose announced size is larger is copied into one buffer while it arrives. */
const LARGE_BYTES = 1_048_576;
/**
 * The buffer is allocated once this fraction of the announced bytes has arrived: allocating for a mere announcement
 * would let a client take memory at no cost.
 */
const ARRIVED_FRACTION = 4;

/** Collects the chunks of a body, to be joined at the end. */
export class BodyChunks {
  size = 0;
  /** The buffer for the whole body; without it, joining would hold a large body twice. */
  private whole: Buffer | undefined;
  private joined: Buffer[] = [];
  private recent: Buffer[] = [];

  /** @param announced the size in bytes; 0 where it is unknown. No more than that may be added. */
  constructor(private readonly announced = 0) {}

  add(chunk: Buffer): void {
    if (this.whole) chunk.copy(this.whole, this.size);
    else this.append(chunk);
    this.size += chunk.length;
    if (!this.whole && this.announced > LARGE_BYTES && this.size * ARRIVED_FRACTION >= this.announced) {
      this.allocateWhole();
    }
  }

  private append(chunk: Buffer): void {
    this.recent.push(chunk);
    if (this.recent.length < MAX_RECENT_CHUNKS) return;
    this.joined.push(Buffer.concat(this.recent));
    this.recent = [];
  }

  /** Joins the chunks, without a copy where there is only one, and releases them. */
  join(): Buffer {
    const { size, whole } = this;
    const chunks = whole ? [whole.subarray(0, size)] : [...this.joined, ...this.recent];
    this.clear();
    const [first = Buffer.alloc(0)] = chunks;
    return chunks.length > 1 ? Buffer.concat(chunks, size) : first;
  }

  clear(): void {
    this.whole = undefined;
    this.joined = [];
    this.recent = [];
    this.size = 0;
  }

  private allocateWhole(): void {
    const whole = Buffer.allocUnsafeSlow(this.announced);
    let at = 0;
    for (const chunk of [...this.joined, ...this.recent]) at += chunk.copy(whole, at);
    this.whole = whole;
    this.joined = [];
    this.recent = [];
  }
}
