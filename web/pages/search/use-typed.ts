import { useEffect, useState } from 'preact/hooks';
import { changeQuery, queryValue } from '../../state/address.js';
import { remember } from './recent.js';

const PAUSE_MS = 180;
/** A search that one looks at for so long is one to come back to. */
const REMEMBERED_MS = 2000;

interface Typed {
  /** What is in the field. */
  readonly typed: string;
  /** What is searched for: what was typed, after a pause, which the address keeps. */
  readonly text: string;
  readonly type: (text: string) => void;
}

/** What is typed, and what is searched for by it. */
export function useTyped(): Typed {
  const text = queryValue('q') ?? '';
  const [typed, setTyped] = useState(text);
  useEffect(() => {
    // A link, and the way back, set the field as well.
    if (typed.trim() !== text) setTyped(text);
    if (text === '') return undefined;
    const timer = setTimeout(remember, REMEMBERED_MS, text);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => {
    const wanted = typed.trim();
    const timer = setTimeout(() => changeQuery({ q: wanted === '' ? undefined : wanted }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return { typed, text, type: setTyped };
}
