import { API_KEYS } from './auth/api-keys/api-key.table.js';
import { LOGIN_ATTEMPTS } from './auth/password/login-attempt.table.js';
import { SECRETS } from './auth/secrets/secret.table.js';
import { REVOKED_TOKENS } from './auth/tokens/revoked-token.table.js';
import { MESSAGES } from './conversations/message.table.js';
import { SESSIONS } from './conversations/session.table.js';
import { USAGE, USAGE_CHANGES } from './conversations/usage/usage.table.js';
import { SNAPSHOT_BLOCKS } from './database/blocks/block.table.js';
import { FEED_CHANGES, FEED_HEAD, FEED_TOPICS } from './database/feed/feed.table.js';
import { FORGOTTEN_RANGES } from './database/forgotten/forgotten-range.table.js';
import { LEASES } from './database/lease.table.js';
import { MIGRATIONS } from './database/migrations.table.js';
import {
  SEARCH_EVENTS,
  SEARCH_MARKS,
  SEARCH_MESSAGES,
  SEARCH_STALE,
  SEARCH_TERMS,
} from './database/search/search.table.js';
import { EVENTS } from './events/event.table.js';
import { SNAPSHOT_CHANGES, WAITING_SNAPSHOTS } from './history/changes/snapshot-changes.table.js';
import {
  EVENT_COUNTS,
  EVENT_COUNTS_CHANGES,
  FORGOTTEN_EVENT_COUNTS,
} from './events/statistics/event-count.table.js';
import { PREFERENCE_HISTORY } from './preferences/history/preference-change.table.js';
import { PREFERENCES } from './preferences/preference.table.js';
import { RETENTION_SETTINGS, STORAGE_SAMPLES } from './retention/retention.table.js';
import { SNAPSHOTS } from './snapshots/snapshot.table.js';

/**
 * The entries of all tables. Exports list their kinds in this order. Other code reads them through
 * `src/database/catalogue.ts`.
 */
export const TABLES = [
  EVENTS,
  MESSAGES,
  SNAPSHOTS,
  PREFERENCE_HISTORY,
  PREFERENCES,
  SESSIONS,
  USAGE,
  EVENT_COUNTS,
  SEARCH_EVENTS,
  SEARCH_MESSAGES,
  SEARCH_MARKS,
  SEARCH_STALE,
  SEARCH_TERMS,
  SNAPSHOT_BLOCKS,
  SNAPSHOT_CHANGES,
  WAITING_SNAPSHOTS,
  API_KEYS,
  REVOKED_TOKENS,
  SECRETS,
  LOGIN_ATTEMPTS,
  LEASES,
  RETENTION_SETTINGS,
  FORGOTTEN_RANGES,
  STORAGE_SAMPLES,
  USAGE_CHANGES,
  FORGOTTEN_EVENT_COUNTS,
  EVENT_COUNTS_CHANGES,
  FEED_HEAD,
  FEED_TOPICS,
  FEED_CHANGES,
  MIGRATIONS,
] as const;
