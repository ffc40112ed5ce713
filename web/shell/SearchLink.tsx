import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import { Icon } from '../components/Icon.js';
import { addressOf, open } from '../state/address.js';
import { useShortcut } from '../state/shortcuts.js';
import { PAGE_ENTRIES } from './pages.js';

/** The page that is open comes first. */
const PRELOAD_MS = 1000;

/** The way to the search from anywhere: `/`, or Ctrl-K also from within a field. */
export function SearchLink(): JSX.Element {
  const search = (): void => {
    open('search');
  };
  useShortcut('/', 'Search', search);
  useEffect(() => {
    // What is typed right after the key would be lost while the page is on its way.
    const timer = setTimeout(() => void PAGE_ENTRIES.search.load(), PRELOAD_MS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      search();
    };
    addEventListener('keydown', press);
    return () => {
      removeEventListener('keydown', press);
    };
  }, []);
  return (
    <a class="field search-link" href={addressOf('search')}>
      <Icon name="search" />
      <span>Search everything</span>
      <kbd>Ctrl K</kbd>
    </a>
  );
}
