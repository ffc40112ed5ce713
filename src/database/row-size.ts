/** Shorter texts are so few bytes that their characters can be counted instead. */
const SHORT = 1024;

/** How many bytes the texts of a row take, as they are stored. */
export function textBytesOf(row: object): number {
  let bytes = 0;
  for (const value of Object.values(row) as unknown[]) {
    if (typeof value === 'string') bytes += value.length > SHORT ? Buffer.byteLength(value) : value.length;
  }
  return bytes;
}
