import { useMemo, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { linesOfMembers, type LineNumbers } from './difference/line-numbers.js';
import type { Line } from './difference/lines.js';
import { rowsOf, type Row } from './difference/rows.js';
import type { Section } from './difference/sections.js';

interface Props {
  readonly of: Section;
  readonly numbers: readonly LineNumbers[];
  readonly onlyChanges: boolean;
  readonly isSelected: boolean;
}

/** A part of the difference: what changed in one object or list. */
export function SectionRows({ of, numbers: [before, after], onlyChanges, isSelected }: Props): JSX.Element {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const numbers = useMemo(
    () => [numbersFor(of.before, before), numbersFor(of.after, after)] as const,
    [of, before, after],
  );
  const rows = rowsOf(of.members, { onlyChanges, opened, isList: of.isList, numbers });
  return (
    <tbody data-path={of.path} class={isSelected ? 'selected' : undefined}>
      <tr>
        <th scope="rowgroup" colSpan={2} dir="auto">
          {of.title.map((name) => (name.length > 60 ? `${name.slice(0, 60)}…` : name)).join(' / ')}
        </th>
      </tr>
      {rows.map((row, index) =>
        row.kind === 'fold' ? (
          <tr key={row.key}>
            <td colSpan={2}>
              <button
                type="button"
                class="button link"
                disabled={opened.has(row.key)}
                onClick={() => setOpened(new Set([...opened, row.key]))}
              >
                {row.words}
              </button>
            </td>
          </tr>
        ) : (
          <Pair key={index} row={row} />
        ),
      )}
    </tbody>
  );
}

/** The whole document is the one member, without a name, of what is around it. */
function numbersFor(container: unknown, numbers: LineNumbers = new Map()): ReadonlyMap<string, number> {
  return container === undefined ? new Map([['', 1]]) : linesOfMembers(container, numbers);
}

function Pair({ row }: { row: Exclude<Row, { kind: 'fold' }> }): JSX.Element {
  if (row.kind === 'same') {
    return (
      <tr class="same">
        <Cell line={row.before} sign="" />
        <Cell line={row.after} sign="" note={row.note} />
      </tr>
    );
  }
  return (
    <tr>
      <Cell line={row.before} sign="−" />
      <Cell line={row.after} sign="+" />
    </tr>
  );
}

interface CellProps {
  readonly line: Line | undefined;
  readonly sign: '−' | '+' | '';
  readonly note?: string | undefined;
}

const CLASSES = { '−': 'removed', '+': 'added', '': undefined };

function Cell({ line, sign, note }: CellProps): JSX.Element {
  if (!line) return <td class="nothing" />;
  return (
    <td class={CLASSES[sign]} data-line={line.number}>
      <span class="sign">{sign}</span>
      <code style={{ paddingLeft: `${Math.min(24, line.depth) * 2}ch` }}>
        {line.parts.map(({ text, isChanged }, index) => (isChanged ? <em key={index}>{text}</em> : text))}
        {note !== undefined && <span class="note"> {note}</span>}
      </code>
    </td>
  );
}
