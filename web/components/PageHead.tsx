import { useEffect } from 'preact/hooks';
import type { ComponentChildren, JSX } from 'preact';

interface Props {
  /** The state where there is one, else the name of the page. */
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** The title of a page, of the browser's tab too, with its buttons. */
export function PageHead({ title, lead, children }: Props): JSX.Element {
  useEffect(() => {
    document.title = `${title} · Jarvis memory`;
  }, [title]);
  return (
    <header class="page-head">
      <div>
        <h1>{title}</h1>
        {lead !== undefined && <p class="lead">{lead}</p>}
      </div>
      {children !== undefined && <div class="buttons">{children}</div>}
    </header>
  );
}
