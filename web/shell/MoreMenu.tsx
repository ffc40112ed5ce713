import type { JSX } from 'preact';
import { Icon } from '../components/Icon.js';
import { addressOf, page, type Page } from '../state/address.js';
import { logOut } from '../state/session.js';
import { PAGE_ENTRIES } from './pages.js';
import { ThemeButton } from './ThemeButton.js';

const ID = 'more-menu';

/** On a phone: the pages for which the bar has no room, the theme, and the way out. */
export function MoreMenu({ pages }: { pages: readonly Page[] }): JSX.Element {
  const hide = (): void => {
    document.getElementById(ID)?.hidePopover();
  };
  return (
    <li class="only-on-phones">
      <button
        type="button"
        class="more"
        popovertarget={ID}
        aria-current={pages.includes(page.value) ? 'page' : undefined}
      >
        <Icon name="more" />
        <span>More</span>
      </button>
      <div id={ID} class="sheet-menu" popover="auto" onClick={hide}>
        {pages.map((name) => (
          <a key={name} href={addressOf(name)}>
            <Icon name={PAGE_ENTRIES[name].icon} />
            {PAGE_ENTRIES[name].title}
          </a>
        ))}
        <ThemeButton />
        <button type="button" onClick={() => void logOut()}>
          <Icon name="right" />
          Log out
        </button>
      </div>
    </li>
  );
}
