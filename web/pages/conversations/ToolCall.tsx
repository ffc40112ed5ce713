import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { Icon } from '../../components/Icon.js';
import { Marked } from '../../components/Marked.js';
import { matchesOf } from '../../components/marks.js';
import { size } from '../../words/numbers.js';
import { span } from './spans.js';
import { fromText, inOneLine, textOf } from './tool-calls.js';
import type { ToolPart } from './turns.js';

const LONG = 20_000;

interface Props {
  readonly part: ToolPart;
  readonly areOpen: boolean;
  readonly find: string;
}

/** A call of a tool in one line, and in full where it is opened. */
export function ToolCall({ part, areOpen, find }: Props): JSX.Element {
  const element = useRef<HTMLDetailsElement>(null);
  const [isOpen, setOpen] = useState(areOpen);
  useEffect(() => setOpen(areOpen), [areOpen]);
  const { name, given, message, result } = part;
  const back = result ? fromText(result.content) : undefined;
  return (
    <details
      ref={element}
      id={`message-${message.id}`}
      class="tool-call"
      open={isOpen}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        <Icon name="tool" size={14} />
        <code>
          <Marked text={name} matches={matchesOf(name, find)} />
        </code>
        <Line text={inOneLine(given)} find={find} />
        <span class="came-back">
          <Line text={inOneLine(back)} find={find} />
          <span class="faint">{result && span(message, result)}</span>
        </span>
      </summary>
      {isOpen && (
        <>
          {given !== undefined && <Value title="Given" value={given} find={find} />}
          {result && (
            <div id={result === message ? undefined : `message-${result.id}`}>
              <Value title="Came back" value={back} find={find} />
            </div>
          )}
          {!result && <p class="faint">Nothing came back.</p>}
        </>
      )}
    </details>
  );
}

function Line({ text, find }: { text: string; find: string }): JSX.Element {
  return (
    <span class="faint cut" dir="auto">
      <Marked text={text} matches={matchesOf(text, find)} />
    </span>
  );
}

function Value({ title, value, find }: { title: string; value: unknown; find: string }): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  const text = textOf(value);
  const shown = isWhole ? text : text.slice(0, LONG);
  return (
    <>
      <pre tabIndex={0} aria-label={title}>
        <code>
          <Marked text={shown} matches={matchesOf(shown, find)} />
        </code>
      </pre>
      {shown.length < text.length && (
        <button type="button" class="button" onClick={() => setWhole(true)}>
          Show all {size(text.length)}
        </button>
      )}
    </>
  );
}
