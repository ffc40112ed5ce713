/** Below this length the character count is a good enough estimate of the bytes. */
const SHORT_TEXT_LENGTH = 1024;

/** The size of a stored text in bytes. */
export function bytesOf(text: string): number {
  return text.length > SHORT_TEXT_LENGTH ? Buffer.byteLength(text) : text.length;
}

/** The size of all texts of a row in bytes. */
export function textBytesOf(row: object): number {
  let bytes = 0;
  for (const value of Object.values(row) as unknown[]) if (typeof value === 'string') bytes += bytesOf(value);
  return bytes;
}
