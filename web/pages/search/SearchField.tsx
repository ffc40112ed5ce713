import { useLayoutEffect, useRef } from 'preact/hooks';
import type { JSX, TargetedKeyboardEvent } from 'preact';
import { Icon } from '../../components/Icon.js';

interface Props {
  readonly text: string;
  /** The element id of the hit that is selected. */
  readonly active: string | undefined;
  readonly onType: (text: string) => void;
  readonly onKey: (event: TargetedKeyboardEvent<HTMLElement>) => void;
}

/** The field: it has the focus on arrival, and the arrow keys move among the hits below it. */
export function SearchField({ text, active, onType, onKey }: Props): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(text.length, text.length);
    const focus = (event: KeyboardEvent): void => {
      if (event.key === 'k' && (event.ctrlKey || event.metaKey)) field.current?.select();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);
  return (
    <label class="field big">
      <Icon name="search" />
      <input
        ref={field}
        value={text}
        role="combobox"
        aria-label="Search everything"
        aria-expanded={active !== undefined}
        aria-controls="hits"
        aria-activedescendant={active}
        placeholder="Words, a question, an identifier, a pasted message"
        autocomplete="off"
        spellcheck={false}
        enterkeyhint="search"
        dir="auto"
        onInput={({ currentTarget }) => onType(currentTarget.value)}
        onKeyDown={onKey}
      />
      {text !== '' && <kbd>Esc</kbd>}
    </label>
  );
}
