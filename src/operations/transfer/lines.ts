/** One line of a file, without its line break. */
export interface Line {
  /** Counted from 1. */
  readonly number: number;
  /** `undefined` for a line over the limit. */
  readonly bytes: Buffer | undefined;
}

/** A snapshot of 16 MB with every character escaped fits in. */
export const MAX_LINE_BYTES = 64 * 1_048_576;
const LINE_BREAK = 0x0a;

/** Splits a file into lines, holding one at a time in memory. */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  maxBytes = MAX_LINE_BYTES,
): AsyncGenerator<Line> {
  const pending = new PendingLine(maxBytes);
  let number = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let to = chunk.indexOf(LINE_BREAK); to !== -1; to = chunk.indexOf(LINE_BREAK, from)) {
      pending.add(chunk.subarray(from, to));
      yield { number: ++number, bytes: pending.take() };
      from = to + 1;
    }
    pending.add(chunk.subarray(from));
  }
  if (pending.size > 0) yield { number: number + 1, bytes: pending.take() };
}

/** The parts of a line that is still being read. */
class PendingLine {
  size = 0;
  private parts: Buffer[] = [];

  constructor(private readonly maxBytes: number) {}

  add(part: Buffer): void {
    if (part.length === 0) return;
    this.size += part.length;
    if (this.size > this.maxBytes) this.parts = [];
    else this.parts.push(part);
  }

  /** Ends the line and returns it; `undefined` where it is too long. */
  take(): Buffer | undefined {
    const [only = Buffer.alloc(0), ...others] = this.parts;
    const line = others.length === 0 ? only : Buffer.concat(this.parts);
    const isTooLong = this.size > this.maxBytes;
    this.size = 0;
    this.parts = [];
    return isTooLong ? undefined : line;
  }
}
