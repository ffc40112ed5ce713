import type { MigrationInterface } from 'typeorm';
import { Baseline1795305605500 } from './1795305605500-baseline.js';
import { ChangeFeed1795305606000 } from './1795305606000-change-feed.js';
import { Instances1795305607000 } from './1795305607000-instances.js';
import { Usage1795305608000 } from './1795305608000-usage.js';
import { SearchIndex1795305609000 } from './1795305609000-search-index.js';
import { SnapshotBlocks1795305610000 } from './1795305610000-snapshot-blocks.js';
import { SnapshotChanges1795305611000 } from './1795305611000-snapshot-changes.js';
import { EventStatistics1795305612000 } from './1795305612000-event-statistics.js';
import { PreferenceHistory1795305613000 } from './1795305613000-preference-history.js';
import { MessagesByTime1795305613500 } from './1795305613500-messages-by-time.js';
import { Retention1795305614000 } from './1795305614000-retention.js';

/** Every migration, oldest first. From the change feed on, each has the name of one of SQLite. */
export const migrations: (new () => MigrationInterface)[] = [
  Baseline1795305605500,
  ChangeFeed1795305606000,
  Instances1795305607000,
  Usage1795305608000,
  SearchIndex1795305609000,
  SnapshotBlocks1795305610000,
  SnapshotChanges1795305611000,
  EventStatistics1795305612000,
  PreferenceHistory1795305613000,
  MessagesByTime1795305613500,
  Retention1795305614000,
];
