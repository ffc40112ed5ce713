const FIRST_BYTES = 64;

/** Grows as numbers are written to it. */
export class ByteWriter {
  private buffer = Buffer.allocUnsafe(FIRST_BYTES);
  private length = 0;

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  /** A whole number from 0 to 2^53 in as few bytes as it needs (LEB128). */
  varint(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.byte((rest % 128) + 128);
    this.byte(rest);
  }

  bytes(value: Uint8Array): void {
    this.reserve(value.length);
    this.buffer.set(value, this.length);
    this.length += value.length;
  }

  result(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  private reserve(count: number): void {
    const wanted = this.length + count;
    if (wanted <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(wanted, 2 * this.buffer.length));
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
  }
}

/** Reads what a `ByteWriter` wrote. */
export class ByteReader {
  private at = 0;

  constructor(readonly all: Buffer) {}

  byte(): number {
    return this.all.readUInt8(this.at++);
  }

  varint(): number {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = this.byte();
      value += (byte % 128) * unit;
      if (byte < 128) return value;
    }
  }

  bytes(length: number): Buffer {
    const start = this.skip(length);
    return this.all.subarray(start, this.at);
  }

  text(length: number): string {
    return this.bytes(length).toString();
  }

  /** @returns the position of what was skipped. */
  skip(length: number): number {
    const start = this.at;
    this.at += length;
    if (this.at > this.all.length) throw new RangeError('It ends too early.');
    return start;
  }
}
