/**
 * Whether a header comes more than once. Of several, Node keeps the first and says nothing.
 * @param rawHeaders names and values in turn, as the request has them.
 * @param wanted in small letters.
 */
export function isRepeated(rawHeaders: readonly string[], wanted: string): boolean {
  let times = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === wanted.length && name.toLowerCase() === wanted) times++;
  }
  return times > 1;
}
