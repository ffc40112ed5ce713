import type { JSX } from 'preact';
import { Health } from './Health.js';
import { SearchLink } from './SearchLink.js';
import { SessionMenu } from './SessionMenu.js';
import { TimeControl } from './TimeControl.js';
import './top-bar.css';

export function TopBar(): JSX.Element {
  return (
    <header class="top-bar">
      <TimeControl />
      <SearchLink />
      <Health />
      <SessionMenu />
    </header>
  );
}
