/** One line of a file, without its line break. */
export interface Line {
  /** From 1 on. */
  readonly number: number;
  /** `undefined` for a line that is too long to be kept in memory. */
  readonly bytes: Buffer | undefined;
}

/** A snapshot of 16 MB of which every character is escaped fits in. */
export const LONGEST_LINE_BYTES = 64 * 1_048_576;
const LINE_BREAK = 0x0a;

/** Takes a file apart into its lines, of which it holds one at a time. */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  longest = LONGEST_LINE_BYTES,
): AsyncGenerator<Line> {
  const pending = new PendingLine(longest);
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

  constructor(private readonly longest: number) {}

  add(part: Buffer): void {
    if (part.length === 0) return;
    this.size += part.length;
    if (this.size > this.longest) this.parts = [];
    else this.parts.push(part);
  }

  /** The line; `undefined` where it is too long. The next one begins. */
  take(): Buffer | undefined {
    const [only = Buffer.alloc(0), ...others] = this.parts;
    const line = others.length === 0 ? only : Buffer.concat(this.parts);
    const isTooLong = this.size > this.longest;
    this.size = 0;
    this.parts = [];
    return isTooLong ? undefined : line;
  }
}
