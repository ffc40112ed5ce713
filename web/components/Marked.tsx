import type { JSX } from 'preact';
import { partsOf, type Match } from './marks.js';

/** A text whose matches are marked. */
export function Marked({ text, matches }: { text: string; matches: readonly Match[] }): JSX.Element {
  return (
    <>
      {partsOf(text, matches).map(({ text: part, isMatch }, index) =>
        isMatch ? <mark key={index}>{part}</mark> : part,
      )}
    </>
  );
}
