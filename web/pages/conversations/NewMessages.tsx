import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX, RefObject } from 'preact';
import { Icon } from '../../components/Icon.js';
import { counted } from '../../words/numbers.js';

/** Who is so near to the end follows it. */
const NEAR_PIXELS = 120;

interface Props {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly count: number;
  /** Before it is whole, what arrives is not new. */
  readonly isWhole: boolean;
}

/** Says what was said meanwhile below what one reads, and leads there; who reads the end goes on with it. */
export function NewMessages({ scroller, count, isWhole }: Props): JSX.Element | null {
  const known = useRef<number | undefined>(undefined);
  const isNear = useRef(false);
  const [fresh, setFresh] = useState(0);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const look = (): void => {
      isNear.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PIXELS;
      if (isNear.current) setFresh(0);
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, [count]);
  useEffect(() => {
    const before = known.current;
    known.current = isWhole ? count : undefined;
    if (before === undefined || !isWhole || count <= before) return;
    if (isNear.current) toEnd();
    else setFresh((last) => last + count - before);
  }, [count, isWhole]);
  if (fresh === 0) return null;
  return (
    <button type="button" class="button new-messages" onClick={toEnd}>
      <Icon name="down" /> {counted(fresh, 'new message')}
    </button>
  );

  function toEnd(): void {
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
    setFresh(0);
  }
}
