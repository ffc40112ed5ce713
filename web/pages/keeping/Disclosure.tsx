import { useState } from 'preact/hooks';
import type { ComponentChildren, JSX } from 'preact';

interface Props<R> {
  readonly rows: readonly R[];
  readonly shown: number;
  /** What one of the others is called: "older one". */
  readonly noun: string;
  readonly children: (rows: readonly R[]) => ComponentChildren;
}

/** The first rows of a list, and the others on demand. */
export function Disclosure<R>({ rows, shown, noun, children }: Props<R>): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  const hidden = isWhole ? 0 : Math.max(0, rows.length - shown);
  return (
    <>
      {children(hidden === 0 ? rows : rows.slice(0, shown))}
      {hidden > 0 && (
        <button type="button" class="button link" onClick={() => setWhole(true)}>
          Show {hidden} {noun}
          {hidden === 1 ? '' : 's'}
        </button>
      )}
    </>
  );
}
