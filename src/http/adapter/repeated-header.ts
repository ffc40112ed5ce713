/**
 * Whether a header occurs more than once, of which Node silently keeps the first.
 * @param rawHeaders alternating names and values, as in `request.rawHeaders`.
 * @param wanted the name in lower case.
 */
export function isRepeated(rawHeaders: readonly string[], wanted: string): boolean {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === wanted.length && name.toLowerCase() === wanted) count++;
  }
  return count > 1;
}
