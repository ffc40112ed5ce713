import type { JSX } from 'preact';

/** The node that something concerns; `cluster` for what concerns none. */
export function Node({ name }: { name: string | null | undefined }): JSX.Element {
  return name ? <span class="node">{name}</span> : <span class="node none">cluster</span>;
}
