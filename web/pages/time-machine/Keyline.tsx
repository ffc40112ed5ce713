import type { JSX } from 'preact';

/** What the marks on the lines mean. */
export function Keyline(): JSX.Element {
  return (
    <p class="key-line faint small">
      <span>
        <svg width="6" height="12" aria-hidden="true">
          <path class="change-tick" d="M3 3v9" />
        </svg>
        a change
      </span>
      <span>
        <svg width="6" height="12" aria-hidden="true">
          <path class="change-tick large" d="M3 0v12" />
        </svg>
        a large one: a guest, a node, a storage full
      </span>
      <span>
        <svg width="14" height="10" aria-hidden="true">
          <rect class="hatched" width="14" height="10" rx="2" />
        </svg>
        no snapshots
      </span>
      <span class="keys">Arrow keys move a minute, Shift an hour</span>
    </p>
  );
}
