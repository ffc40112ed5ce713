import type { ComponentChildren, JSX } from 'preact';

interface Props {
  readonly title: ComponentChildren;
  /** What stands at the right of the heading: a count, a link. */
  readonly side?: ComponentChildren;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** A part of a page under its heading. */
export function Section({ title, side, class: name, children }: Props): JSX.Element {
  return (
    <section class={name}>
      <div class="section-head">
        <h2>{title}</h2>
        {side !== undefined && <span>{side}</span>}
      </div>
      {children}
    </section>
  );
}
