import { computed, signal } from '@preact/signals';

/** The pages, by the last part of their addresses, in the order of the rail. */
export const PAGES = [
  'now',
  'events',
  'timeline',
  'time-machine',
  'conversations',
  'search',
  'preferences',
  'keeping',
] as const;
export type Page = (typeof PAGES)[number];

/** What a link to another page takes along: the one time of all pages. */
const SHARED = ['range', 'from', 'to', 'at'];

/** Values of the query; undefined removes one. */
export type Changes = Readonly<Record<string, string | undefined>>;

const href = signal(location.href);
const url = computed(() => new URL(href.value));

/** The page that is open; `now` for an address that names none. */
export const page = computed<Page>(() => {
  const name = url.value.pathname.split('/').pop() ?? '';
  return isPage(name) ? name : 'now';
});

/** A value of the query, as of now; read inside a component or a computed, it follows the address. */
export function queryValue(name: string): string | undefined {
  return url.value.searchParams.get(name) ?? undefined;
}

/** The address of a page with the time that is shown now. It is relative, so that it works behind any proxy. */
export function addressOf(to: Page, changes: Changes = {}): string {
  const query = new URLSearchParams();
  for (const name of SHARED) {
    const value = url.value.searchParams.get(name);
    if (value !== null) query.set(name, value);
  }
  return withChanges(to, query, changes);
}

/** Opens a page: a step that "back" takes back. */
export function open(to: Page, changes: Changes = {}): void {
  move(addressOf(to, changes), 'push');
}

/** Changes the query of this page. @param how whether "back" takes it back, or it replaces what is there. */
export function changeQuery(changes: Changes, how: 'push' | 'replace' = 'replace'): void {
  move(withChanges(page.peek(), new URLSearchParams(url.peek().searchParams), changes), how);
}

function withChanges(to: Page, query: URLSearchParams, changes: Changes): string {
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return text === '' ? `./${to}` : `./${to}?${text}`;
}

function move(to: string, how: 'push' | 'replace'): void {
  if (new URL(to, location.href).href === location.href) return;
  history[`${how}State`](null, '', to);
  href.value = location.href;
}

function isPage(name: string): name is Page {
  return (PAGES as readonly string[]).includes(name);
}

addEventListener('popstate', () => {
  href.value = location.href;
});

/** Links between pages load nothing anew; those to elsewhere, and those for a new tab, do what they always do. */
addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  if (link === null || event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  // A link of an SVG has no such properties as one of HTML, but the same attributes.
  const href = new URL(link.getAttribute('href') ?? '', location.href).href;
  if (link.hasAttribute('target') || link.hasAttribute('download') || !isWithin(href)) return;
  event.preventDefault();
  move(href, 'push');
});

function isWithin(target: string): boolean {
  const folder = new URL('.', location.href).href;
  return target.startsWith(folder) && isPage(new URL(target).pathname.slice(new URL(folder).pathname.length));
}
