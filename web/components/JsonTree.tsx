import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { isContainer } from './json-values.js';
import { JsonLeaf, JsonMembers } from './JsonMembers.js';
import { moveInTree, stopAt } from './json-tree-keys.js';
import './json-tree.css';

interface Props {
  readonly value: unknown;
  /** What is read aloud of the tree: "Details". */
  readonly label: string;
}

/** Any JSON as a tree to fold, with the arrows as in any tree. What is closed is not drawn. */
export function JsonTree({ value, label }: Props): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  return (
    <div
      ref={element}
      class="json-tree"
      onKeyDown={(event) => {
        if (element.current && moveInTree(element.current, event.key)) event.preventDefault();
      }}
      onFocusIn={({ target }) => {
        if (element.current && target instanceof Element) stopAt(element.current, target);
      }}
    >
      {isContainer(value) ? (
        <JsonMembers of={value} path={[]} role="tree" label={label} />
      ) : (
        <JsonLeaf value={value} />
      )}
    </div>
  );
}
