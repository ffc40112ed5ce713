import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { size } from '../../words/numbers.js';
import { fragmentOf, markdownOf, markWithin } from './markdown.js';
import { useSeen } from './use-seen.js';

/** A longer message is cut: few read on, and it would push away everything else. */
const LONG = 12_000;

interface Props {
  readonly text: string;
  /** What is marked in it. */
  readonly find: string;
  /** Whether what is searched for leads here: then nothing of it is hidden. */
  readonly isWanted: boolean;
}

/** What was said, as Markdown once it comes into sight. */
export function Prose({ text, find, isWanted }: Props): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const isSeen = useSeen(element);
  const [isWhole, setWhole] = useState(false);
  const isCut = text.length > LONG && !isWhole && !isWanted;
  const shown = isCut ? text.slice(0, LONG) : text;
  useLayoutEffect(() => {
    const content = isSeen ? markdownOf(shown) : fragmentOf(shown);
    markWithin(content, find);
    element.current?.replaceChildren(content);
  }, [isSeen, shown, find]);
  return (
    <>
      <div ref={element} class={isSeen ? 'prose' : 'prose as-written'} dir="auto" />
      {isCut && (
        <button type="button" class="button" onClick={() => setWhole(true)}>
          Show all {size(text.length)}
        </button>
      )}
    </>
  );
}
