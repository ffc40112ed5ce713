import type { JSX } from 'preact';
import { Glyph } from './Glyph.js';

export const SEVERITIES = ['critical', 'error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A severity as one of the four; the API promises no more than a text. */
export function severityOf(text: string | null | undefined): Severity {
  return SEVERITIES.find((one) => one === text) ?? 'info';
}

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
