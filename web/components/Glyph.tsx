import type { ComponentChildren, JSX } from 'preact';

const SHAPES: Readonly<Record<GlyphName, ComponentChildren>> = {
  critical: (
    <>
      <path class="fill" d="M7 .3 13.7 7 7 13.7.3 7z" />
      <path class="cut-out" d="M7 3.8v3.8M7 9.6v.4" />
    </>
  ),
  error: (
    <>
      <rect class="fill" x="1.2" y="1.2" width="11.6" height="11.6" rx="2" />
      <path class="cut-out" d="M4.7 4.7l4.6 4.6M9.3 4.7 4.7 9.3" />
    </>
  ),
  warning: (
    <>
      <path class="fill" d="M7 1 13.6 12.6H.4z" />
      <path class="cut-out" d="M7 5.2v3.2M7 10.3v.3" />
    </>
  ),
  info: <circle class="ring" cx="7" cy="7" r="3.6" />,
  fixed: <path class="tick" d="M2.5 7.4 5.6 10.5 11.5 3.8" />,
  gap: <path class="ring" d="M1 9 9 1M1 13 13 1M5 13l8-8" />,
};

export type GlyphName = 'critical' | 'error' | 'warning' | 'info' | 'fixed' | 'gap';

/** The shape of a severity, of what is fixed, or of a gap, on 14 by 14. Shape and colour carry the same. */
export function Glyph({ of, size = 14 }: { of: GlyphName; size?: number }): JSX.Element {
  return (
    <svg class={`glyph ${of}`} width={size} height={size} viewBox="0 0 14 14" aria-hidden="true">
      {SHAPES[of]}
    </svg>
  );
}
