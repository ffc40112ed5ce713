import type { JSX } from 'preact';
import { Glyph } from '../../components/Glyph.js';
import { Icon } from '../../components/Icon.js';
import { Time } from '../../components/Time.js';
import { useShortcut } from '../../state/shortcuts.js';
import { changeWords, glyphOf, weightiestFirst } from '../../words/changes.js';
import { names } from '../../words/names.js';
import type { Difference, Tick } from './load.js';

type Line = Difference['summary'][number];

interface Props {
  readonly lines: readonly Line[];
  /** What changed when, between the two. */
  readonly ticks: readonly Tick[];
  readonly selected: string | undefined;
  readonly onSelect: (line: Line) => void;
}

/** What changed in words, weightiest first. The one that is selected is shown in the difference. */
export function ChangeList({ lines, ticks, selected, onSelect }: Props): JSX.Element {
  const sorted = weightiestFirst(lines);
  const move = (by: number) => () => {
    const at = sorted.findIndex(({ text }) => text === selected);
    const line = sorted[Math.min(sorted.length - 1, Math.max(0, at + by))];
    if (!line) return;
    onSelect(line);
    document
      .querySelector(`.change-list li:nth-child(${sorted.indexOf(line) + 1})`)
      ?.scrollIntoView({ block: 'nearest' });
  };
  useShortcut('j', 'Next line of the summary', sorted.length > 0 ? move(1) : undefined);
  useShortcut('k', 'Line before in the summary', sorted.length > 0 ? move(-1) : undefined);
  return (
    <ol class="change-list">
      {sorted.map((line) => {
        const tick = ticks.findLast(({ title }) => title.includes(line.text));
        return (
          <li key={line.text}>
            <button type="button" aria-pressed={line.text === selected} onClick={() => onSelect(line)}>
              <Mark kind={line.kind} />
              <span class="what" dir="auto">
                {changeWords(line.text)}
              </span>
              {tick && <Time at={tick.at} />}
              {line.node !== undefined && !names(line.text, line.node) && (
                <span class="faint small where">on {line.node}</span>
              )}
            </button>
          </li>
        );
      })}
    </ol>
  );
}

function Mark({ kind }: { kind: string }): JSX.Element {
  const glyph = glyphOf(kind);
  return glyph === 'moved' ? <Icon name="moved" size={14} /> : <Glyph of={glyph} />;
}
