import type { JSX } from 'preact';
import { Glyph } from './Glyph.js';
import type { Severity as Name } from './severities.js';

export { SEVERITIES, severityOf } from './severities.js';
export type Severity = Name;

const WORDS = { critical: 'Critical', error: 'Error', warning: 'Warning', info: 'Info' } as const;

/** Shape, colour and word of a severity. @param isQuiet the word is only read aloud, where the line says it already. */
export function Severity({ of, isQuiet = false }: { of: Severity; isQuiet?: boolean }): JSX.Element {
  return (
    <span class={`severity ${of}`}>
      <Glyph of={of} />
      <span class={isQuiet ? 'aloud' : undefined}>{WORDS[of]}</span>
    </span>
  );
}
