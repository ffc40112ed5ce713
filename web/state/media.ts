import { useEffect, useState } from 'preact/hooks';

export const PHONE = '(max-width: 639px)';
/** Narrower than this, a detail opens over its list. */
export const ONE_COLUMN = '(max-width: 1023px)';

/** Whether the window is as a media query says, also after it was resized. */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const look = (): void => {
      setMatches(list.matches);
    };
    look();
    list.addEventListener('change', look);
    return () => {
      list.removeEventListener('change', look);
    };
  }, [query]);
  return matches;
}
