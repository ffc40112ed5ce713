import type { JSX } from 'preact';

/** The pattern of what was not watched; `.hatched` refers to it. */
export function Hatch(): JSX.Element {
  return (
    <svg class="aloud" aria-hidden="true">
      <defs>
        <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path class="hatch-line" d="M0 0v5" />
        </pattern>
      </defs>
    </svg>
  );
}
