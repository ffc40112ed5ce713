import type { JSX } from 'preact';
import type { Problem } from '../api/problems.js';
import { useShortcut } from '../state/shortcuts.js';
import { Glyph } from './Glyph.js';

interface Props {
  /** What could not be done: "The events could not be read." */
  readonly what: string;
  readonly problem: Problem;
  readonly retry?: () => void;
}

/** What could not be done, why, and what to do; then status, code and request id in grey. */
export function ProblemBox({ what, problem, retry }: Props): JSX.Element {
  useShortcut('t', 'Try again', retry);
  const { status, code, requestId } = problem;
  return (
    <div class="problem" role="alert">
      <Glyph of="error" />
      <strong>{what}</strong>
      <p class="muted">{problem.words}</p>
      {retry && (
        <button type="button" class="button" onClick={retry}>
          Try again <kbd>T</kbd>
        </button>
      )}
      <p class="faint small">
        {[status > 0 ? `${status} ${code}` : code, requestId && `request ${requestId}`]
          .filter(Boolean)
          .join(' · ')}
      </p>
    </div>
  );
}
