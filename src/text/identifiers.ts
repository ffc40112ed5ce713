import { fold } from './fold.js';

/** Letters and digits that are joined: names of hosts, addresses, paths, dates. */
const IDENTIFIER = /(?<![\p{L}\p{N}])[\p{L}\p{N}]+(?:[-_.:/@]+[\p{L}\p{N}]+)+/gu;
const JOINT = /[-_.:/@]/;
const MAX_TERM = 26;
const MAX_IDENTIFIERS = 40;

/** What joins letters and digits in a text, as it is written. */
export function matchIdentifiers(text: string): Iterable<RegExpExecArray> {
  return text.matchAll(IDENTIFIER);
}

/**
 * The term of an identifier in the text index: `pve-01` is `xipve01`. The term finds it fast where its parts are in
 * every row, and `10.0.0.5` does not find `10.0.0.50`.
 * @returns `undefined` where it holds no digit, or is so long that its parts are rare enough.
 */
export function identifierTerm(identifier: string): string | undefined {
  if (!/\d/.test(identifier) || !JOINT.test(identifier)) return undefined;
  const term = `xi${fold(identifier).replace(/[^\p{L}\p{N}]+/gu, '')}`;
  return term.length <= MAX_TERM ? term : undefined;
}

/** The terms of the identifiers in a text, whole and between `:`, `/` and `@`; each once, and a bounded number. */
export function identifierTermsOf(text: string): string[] {
  const terms = new Set<string>();
  for (const [identifier] of matchIdentifiers(text)) {
    for (const part of [identifier, ...identifier.split(/[:/@]+/)]) {
      const term = identifierTerm(part);
      if (term !== undefined) terms.add(term);
      if (terms.size >= MAX_IDENTIFIERS) return [...terms];
    }
  }
  return [...terms];
}
