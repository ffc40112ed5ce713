import type { JSX } from 'preact';
import { Icon } from '../components/Icon.js';
import { addressOf, open, page, PAGES, type Page } from '../state/address.js';
import { useShortcut } from '../state/shortcuts.js';
import { openCount } from '../state/open-events.js';
import { Brand } from './Brand.js';
import { MoreMenu } from './MoreMenu.js';
import { PAGE_ENTRIES } from './pages.js';
import { ThemeButton } from './ThemeButton.js';
import './rail.css';

/** On a phone the bar at the bottom has room for these; the others are under "More". */
const ON_PHONES: readonly Page[] = ['now', 'events', 'time-machine', 'search'];

export function Rail(): JSX.Element {
  return (
    <nav class="rail" aria-label="Pages">
      <Brand />
      <ul>
        {PAGES.map((name) => (
          <RailItem key={name} name={name} />
        ))}
        <MoreMenu pages={PAGES.filter((name) => !ON_PHONES.includes(name))} />
      </ul>
      <ThemeButton />
    </nav>
  );
}

function RailItem({ name }: { name: Page }): JSX.Element {
  const { title, icon, key } = PAGE_ENTRIES[name];
  useShortcut(`g ${key}`, `Open ${title}`, () => {
    open(name);
  });
  const classes = [ON_PHONES.includes(name) ? '' : 'not-on-phones', name === 'preferences' ? 'apart' : ''];
  return (
    <li class={classes.join(' ').trim() || undefined}>
      <a
        href={addressOf(name)}
        aria-current={page.value === name ? 'page' : undefined}
        title={`${title} (g ${key})`}
      >
        <Icon name={icon} />
        <span>{title}</span>
        {name === 'now' && openCount.value > 0 && (
          <span class="badge" title={`${openCount.value} open`}>
            {openCount.value > 99 ? '99+' : openCount.value}
            <span class="aloud"> open</span>
          </span>
        )}
      </a>
    </li>
  );
}
