import { useMemo, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { copyText } from '../state/copy.js';
import { size } from '../words/numbers.js';
import {
  copyOf,
  countText,
  cut,
  isContainer,
  kindOf,
  leafText,
  memberOf,
  namesOf,
  pathText,
  previewOf,
  type Container,
  type Path,
} from './json-values.js';

const FIRST_SHOWN = 200;
const SHOWN_MORE = 1000;
const LONGEST_TEXT = 400;
/** What has no more members than this is open on the first level. */
const SHORT = 12;

interface MembersProps {
  readonly of: Container;
  readonly path: Path;
  readonly role: 'tree' | 'group';
  readonly label?: string;
}

export function JsonMembers({ of, path, role, label }: MembersProps): JSX.Element {
  const names = useMemo(() => namesOf(of), [of]);
  const [shown, setShown] = useState(FIRST_SHOWN);
  const left = names.length - shown;
  return (
    <>
      <ul role={role} aria-label={label}>
        {names.slice(0, shown).map((name, index) => (
          <Member
            key={name}
            path={[...path, name]}
            value={memberOf(of, name)}
            isFirst={role === 'tree' && index === 0}
          />
        ))}
      </ul>
      {names.length === 0 && <span class="faint">{previewOf(of)}</span>}
      {left > 0 && (
        <button
          type="button"
          class="button link"
          onClick={() => {
            setShown(shown + SHOWN_MORE);
          }}
        >
          Show {Math.min(left, SHOWN_MORE).toLocaleString('en-GB')} more
          {left > SHOWN_MORE && ` of ${left.toLocaleString('en-GB')}`}
        </button>
      )}
    </>
  );
}

function Member({ path, value, isFirst }: { path: Path; value: unknown; isFirst: boolean }): JSX.Element {
  const isFoldable = isContainer(value);
  const [isOpen, setOpen] = useState(
    isFoldable && path.length === 1 && Object.keys(value).length <= SHORT && !isEmpty(value),
  );
  const name = path.at(-1) ?? '';
  return (
    <li
      role="treeitem"
      aria-level={path.length}
      aria-expanded={isFoldable ? isOpen : undefined}
      tabIndex={isFirst ? 0 : -1}
    >
      {isFoldable ? (
        <details
          open={isOpen}
          onToggle={({ currentTarget }) => {
            setOpen(currentTarget.open);
          }}
        >
          <summary tabIndex={-1}>
            <span class="name">{name}</span>
            <span class="faint cut">{isOpen ? countText(value) : previewOf(value)}</span>
          </summary>
          {isOpen && <JsonMembers of={value} path={path} role="group" />}
        </details>
      ) : (
        <>
          <span class="name">{name}</span>
          <JsonLeaf value={value} />
        </>
      )}
      <span class="copies">
        <button type="button" onClick={() => void copyText(pathText(path), 'Copied the path')}>
          Copy path
        </button>
        <button type="button" onClick={() => void copyText(copyOf(value), 'Copied the value')}>
          Copy value
        </button>
      </span>
    </li>
  );
}

/** A value that holds no others. A long text shows how it begins. */
export function JsonLeaf({ value }: { value: unknown }): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  const text = leafText(value);
  const isCut = !isWhole && text.length > LONGEST_TEXT;
  return (
    <span class={`value ${kindOf(value)}`} dir="auto">
      {isCut ? cut(text, LONGEST_TEXT) : text}
      {isCut && (
        <button
          type="button"
          class="button link"
          onClick={() => {
            setWhole(true);
          }}
        >
          Show {size(text.length)}
        </button>
      )}
    </span>
  );
}

function isEmpty(value: Container): boolean {
  return Object.keys(value).length === 0;
}
