import { useEffect, useLayoutEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import { Icon } from '../components/Icon.js';
import { addressOf, open } from '../state/address.js';
import { reconnects } from '../state/connection.js';
import { useShortcut } from '../state/shortcuts.js';
import { preload } from './page-code.js';

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
    const timer = setTimeout(() => void preload('search'), PRELOAD_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [reconnects.value]);
  useLayoutEffect(() => {
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
