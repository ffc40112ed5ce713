import type { JSX } from 'preact';
import { unreachable } from '../api/problems.js';
import { ProblemBox } from '../components/ProblemBox.js';

/** In the place of all pages, where the service does not answer at the start. */
export function Unreachable({ retry }: { retry: () => void }): JSX.Element {
  return (
    <main class="login">
      <ProblemBox what="Jarvis memory cannot be reached." problem={unreachable()} retry={retry} />
    </main>
  );
}
