import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ComponentChildren, JSX, TargetedKeyboardEvent } from 'preact';
import { ProblemBox } from '../../components/ProblemBox.js';
import { Moved } from './Moved.js';
import { useEditing } from './use-editing.js';

const MOST_LINES = 16;

interface Props {
  readonly name: string;
  readonly value: string | undefined;
  readonly onClose: () => void;
  readonly children?: ComponentChildren;
}

/** The value to the letter, to be edited in place. What is typed stays until it is saved or left. */
export function Editor({ name, value, onClose, children }: Props): JSX.Element {
  const field = useRef<HTMLTextAreaElement>(null);
  const { text, hasMoved, isBusy, problem, write, save, leave } = useEditing(name, value, onClose);
  useLayoutEffect(() => field.current?.focus(), []);
  const press = (event: TargetedKeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === 'Escape') leave();
    else if (
      event.key === 'Enter' &&
      (event.ctrlKey || event.metaKey || !text.includes('\n')) &&
      !event.shiftKey
    )
      void save();
    else return;
    event.preventDefault();
  };
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <span class="field">
        <textarea
          ref={field}
          class="code"
          rows={Math.min(MOST_LINES, text.split('\n').length)}
          value={text}
          aria-label={`Value of ${name}`}
          spellcheck={false}
          dir="auto"
          onInput={({ currentTarget }) => write(currentTarget.value)}
          onKeyDown={press}
        />
      </span>
      {hasMoved && <Moved name={name} value={value} text={text} />}
      {problem && <ProblemBox what={`${name} was not set.`} problem={problem} />}
      <div class="buttons">
        <button type="submit" class="button primary" disabled={isBusy}>
          Save <kbd>↵</kbd>
        </button>
        <button type="button" class="button plain" onClick={leave}>
          Cancel <kbd>Esc</kbd>
        </button>
        {children}
      </div>
    </form>
  );
}
