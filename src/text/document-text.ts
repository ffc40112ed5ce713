/** A string of JSON, to its end or to the end of the text, with the colon that makes it a name; or any other value. */
const STRING_OR_VALUE = /"([^"\\]*(?:\\[\s\S][^"\\]*)*)(?:"(\s*:)?|\\?$)|[^\s"{}[\],:]+/g;
const ESCAPE = /\\(?:u([0-9a-f]{4})|([\s\S]))/gi;
const SAYS_NOTHING = new Set(['true', 'false', 'null']);

/**
 * The values of the text of a JSON document, without the names of members. The text may be cut anywhere, or be no JSON:
 * then its words are the values.
 */
export function documentText(json: string): string {
  const values: string[] = [];
  for (const [value, string, colon] of json.matchAll(STRING_OR_VALUE)) {
    if (string === undefined) {
      if (!SAYS_NOTHING.has(value)) values.push(value);
    } else if (colon === undefined) values.push(unescaped(string));
  }
  return values.join(' ');
}

function unescaped(string: string): string {
  if (!string.includes('\\')) return string;
  return string.replace(ESCAPE, (_, code: string | undefined, letter: string | undefined) => {
    if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
    return letter === '"' || letter === '\\' || letter === '/' ? letter : ' ';
  });
}
