import { Buffer } from 'node:buffer';

const LINE_FEED = 0x0a;

/** The lines of a stream, without their ends. A line may come in many parts, and a character in two. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      const rest = chunk.subarray(from, end);
      yield (parts.length === 0 ? rest : Buffer.concat([...parts, rest])).toString();
      parts = [];
      from = end + 1;
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
  }
}
