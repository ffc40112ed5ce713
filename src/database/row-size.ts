/** Shorter texts are so few bytes that their characters can be counted instead. */
const SHORT = 1024;

/** How many bytes a text takes as it is stored. */
export function bytesOf(text: string): number {
  return text.length > SHORT ? Buffer.byteLength(text) : text.length;
}

/** How many bytes the texts of a row take. */
export function textBytesOf(row: object): number {
  let bytes = 0;
  for (const value of Object.values(row) as unknown[]) if (typeof value === 'string') bytes += bytesOf(value);
  return bytes;
}
