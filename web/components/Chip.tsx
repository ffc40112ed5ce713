import type { ComponentChildren, JSX } from 'preact';
import { Icon } from './Icon.js';

interface Props {
  /** Whether the filter holds; undefined for a chip that is there only while it holds. */
  readonly isOn?: boolean;
  readonly onToggle?: () => void;
  /** A chip that can be taken away, by its cross or by Delete. */
  readonly onRemove?: () => void;
  readonly title?: string;
  readonly children: ComponentChildren;
}

/** A filter. */
export function Chip({ isOn, onToggle, onRemove, title, children }: Props): JSX.Element {
  return (
    <button
      type="button"
      class={onRemove ? 'chip removable' : 'chip'}
      title={title}
      aria-pressed={isOn ?? onRemove !== undefined}
      onClick={onToggle ?? onRemove}
      onKeyDown={(event) => {
        if (onRemove && (event.key === 'Delete' || event.key === 'Backspace')) onRemove();
      }}
    >
      {children}
      {onRemove && (
        <>
          <Icon name="close" size={12} />
          <span class="aloud">, remove</span>
        </>
      )}
    </button>
  );
}
