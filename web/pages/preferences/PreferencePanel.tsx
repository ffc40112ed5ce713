import type { JSX } from 'preact';
import { instant } from '../../state/range.js';
import { mayWrite } from '../../state/session.js';
import { Editor } from './Editor.js';
import { History } from './History.js';
import { Remove } from './Remove.js';

interface Props {
  readonly name: string;
  /** Undefined where it was deleted. */
  readonly value: string | undefined;
  readonly onClose: () => void;
}

/** A preference to edit, with what it was before; what was is only read. */
export function PreferencePanel({ name, value, onClose }: Props): JSX.Element {
  const isNow = instant.value === undefined;
  return (
    <div class="preference-panel">
      {isNow && mayWrite.value ? (
        <Editor name={name} value={value} onClose={onClose}>
          {value !== undefined && <Remove name={name} value={value} />}
        </Editor>
      ) : (
        <>
          <pre class="whole" tabIndex={0} aria-label={`Value of ${name}`}>
            {value}
          </pre>
          <p class="faint small">
            {isNow
              ? 'Your role may read it, and not set it.'
              : 'This is how it was then. Back to live, it can be set.'}
          </p>
        </>
      )}
      <History name={name} value={value} maySet={isNow && mayWrite.value} />
    </div>
  );
}
