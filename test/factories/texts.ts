/** Text that has to come back exactly as it was sent. */
export const KEPT_TEXTS: readonly (readonly [name: string, text: string])[] = [
  ['emoji with joiners and skin tones', '🚨👩🏽‍🚒👨‍👩‍👧‍👦🏳️‍🌈'],
  ['right-to-left text and marks', '\u202eabc\u202c \u200fשלום\u200e \u2067مرحبا\u2069'],
  ['a byte order mark at both ends', '\ufeffmark\ufeff'],
  ['white space around it', ' \t two  spaces \u00a0\u3000'],
  ['line breaks of every kind', 'a\nb\r\nc\u0085d\u2028e\u2029f'],
  ['control characters', '\u0001\u0007\u001b[31mred\u007f'],
  ['an accent as a character of its own', 'e\u0301 is not \u00e9'],
  ['the replacement character', '\ufffd'],
  ['a character past the first plane', '𝕁𝕒𝕣𝕧𝕚𝕤 \u{10fffd}'],
  ['what SQL, HTML and shells would take for theirs', `'; DROP TABLE events; -- <script>"$(id)"\\%_`],
  ['what looks like a placeholder', ':since ? $1 @p {{x}}'],
];

/** Text that no database would return as it was sent: refused, with the name of the field. */
export const REFUSED_TEXTS: readonly (readonly [name: string, text: string])[] = [
  ['a NUL', 'before\0after'],
  ['nothing but a NUL', '\0'],
  ['the first half of a surrogate pair', 'cut \ud83d'],
  ['the second half of a surrogate pair', '\udea8 cut'],
  ['a surrogate pair in the wrong order', '\udea8\ud83d'],
];
