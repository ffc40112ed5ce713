import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { count } from '../../words/numbers.js';
import type { LineNumbers } from './difference/line-numbers.js';
import type { Section } from './difference/sections.js';
import { SectionRows } from './SectionRows.js';

/** So many parts are drawn, and so many more at a time. */
const STEP = 60;

interface Props {
  readonly of: readonly Section[];
  readonly heads: readonly string[];
  /** Of the document before, and of the one after. */
  readonly numbers: readonly LineNumbers[];
  readonly onlyChanges: boolean;
  /** The part that a line of the summary is about: it is scrolled to. */
  readonly selected: Section | undefined;
}

/** The parts in which two snapshots differ, in two columns. */
export function SectionTable({ of, heads, numbers, onlyChanges, selected }: Props): JSX.Element {
  const [most, setMost] = useState(STEP);
  const table = useRef<HTMLTableElement>(null);
  const shown = Math.max(most, selected ? of.indexOf(selected) + 1 : 0);
  useEffect(() => {
    if (selected) table.current?.querySelector('.selected')?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  return (
    <>
      <table ref={table}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        {of.slice(0, shown).map((section) => (
          <SectionRows
            key={section.path}
            of={section}
            numbers={numbers}
            onlyChanges={onlyChanges}
            isSelected={section === selected}
          />
        ))}
      </table>
      {of.length > shown && (
        <button
          type="button"
          class="button"
          onClick={() => {
            setMost(shown + STEP);
          }}
        >
          Show {Math.min(STEP, of.length - shown)} more of {count(of.length - shown)} parts
        </button>
      )}
    </>
  );
}
