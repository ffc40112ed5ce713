import type { JSX } from 'preact';
import type { Span } from '../../state/range.js';
import { chooseBrush, zoomTo } from './use-view.js';

/** What can be done with the part of the range that is chosen. */
export function BrushActions({ brush }: { brush: Span }): JSX.Element {
  return (
    <>
      <button
        type="button"
        class="button link"
        onClick={() => {
          zoomTo(brush);
        }}
      >
        Zoom in <kbd>Z</kbd>
      </button>
      <button
        type="button"
        class="button link"
        onClick={() => {
          chooseBrush(undefined);
        }}
      >
        Clear
      </button>
    </>
  );
}
