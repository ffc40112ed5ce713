import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';

const DELAY_MS = 200;
/** Widths of the lines, as parts of the whole: an even block would look like content. */
const WIDTHS = [92, 74, 83, 66, 88, 71];

/** Lines in the place of rows that are still loading; not at once, so that a quick answer does not flicker. */
export function Skeleton({ rows = 6 }: { rows?: number }): JSX.Element | null {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(setSlow, DELAY_MS, true);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  if (!isSlow) return null;
  return (
    <svg class="skeleton" width="100%" height={rows * 32} role="img" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <rect
          key={row}
          x="0"
          y={row * 32 + 11}
          rx="3"
          height="10"
          width={`${WIDTHS[row % WIDTHS.length] ?? 80}%`}
        />
      ))}
    </svg>
  );
}
