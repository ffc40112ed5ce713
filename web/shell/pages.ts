import type { ComponentType } from 'preact';
import type { IconName } from '../components/icon-shapes.js';
import type { Page } from '../state/address.js';

export interface PageEntry {
  readonly title: string;
  readonly icon: IconName;
  /** Pressed after `g`. */
  readonly key: string;
  /** The code of a page is loaded when it is opened. */
  readonly load: () => Promise<{ readonly default: ComponentType }>;
}

/** The pages of the rail. */
export const PAGE_ENTRIES: Readonly<Record<Page, PageEntry>> = {
  now: { title: 'Now', icon: 'now', key: 'n', load: () => import('../pages/now/index.js') },
  events: { title: 'Events', icon: 'events', key: 'e', load: () => import('../pages/events/index.js') },
  timeline: {
    title: 'Timeline',
    icon: 'timeline',
    key: 't',
    load: () => import('../pages/timeline/index.js'),
  },
  'time-machine': {
    title: 'Time machine',
    icon: 'time-machine',
    key: 'm',
    load: () => import('../pages/time-machine/index.js'),
  },
  conversations: {
    title: 'Conversations',
    icon: 'conversations',
    key: 'c',
    load: () => import('../pages/conversations/index.js'),
  },
  search: { title: 'Search', icon: 'search', key: 's', load: () => import('../pages/search/index.js') },
  preferences: {
    title: 'Preferences',
    icon: 'preferences',
    key: 'p',
    load: () => import('../pages/preferences/index.js'),
  },
  keeping: { title: 'Keeping', icon: 'keeping', key: 'k', load: () => import('../pages/keeping/index.js') },
};
