import type { ComponentChildren, JSX } from 'preact';

interface Props {
  /** What is missing. */
  readonly title: string;
  /** Why, and the one next step. */
  readonly children?: ComponentChildren;
  /** The command that would fill it. */
  readonly command?: string;
}

export function Empty({ title, children, command }: Props): JSX.Element {
  return (
    <div class="empty">
      <p>
        <strong>{title}</strong>
      </p>
      {children !== undefined && <div class="muted">{children}</div>}
      {command !== undefined && (
        <pre tabIndex={0}>
          <code>{command}</code>
        </pre>
      )}
    </div>
  );
}
