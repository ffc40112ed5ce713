import type { Tool } from '../tool.js';
import { DIFF } from './diff.js';
import { GET } from './get.js';
import { GET_PREFERENCES, SET_PREFERENCE } from './preferences.js';
import { CONTEXT } from './context.js';
import { SEARCH } from './search.js';
import { TIMELINE } from './timeline.js';
import { SIMILAR } from './similar.js';
import { RESOLVE_EVENT, SAVE_EVENT } from './events.js';
import { SAVE_MESSAGE } from './messages.js';

/** In the order in which a model meets them. */
export const TOOLS: readonly Tool[] = [
  SEARCH,
  GET,
  CONTEXT,
  SIMILAR,
  TIMELINE,
  DIFF,
  SAVE_EVENT,
  RESOLVE_EVENT,
  SAVE_MESSAGE,
  GET_PREFERENCES,
  SET_PREFERENCE,
];
