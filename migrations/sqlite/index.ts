import type { MigrationInterface } from 'typeorm';
import { MemoryTables1795305600000 } from './1795305600000-memory-tables.js';
import { OneFormOfTime1795305601000 } from './1795305601000-one-form-of-time.js';
import { ListIndexes1795305602000 } from './1795305602000-list-indexes.js';
import { ConversationSessions1795305603000 } from './1795305603000-conversation-sessions.js';
import { Access1795305604000 } from './1795305604000-access.js';
import { ApplicationId1795305604500 } from './1795305604500-application-id.js';
import { FewerIndexes1795305605000 } from './1795305605000-fewer-indexes.js';
import { PortableIndex1795305605500 } from './1795305605500-portable-index.js';
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

/** Every migration, oldest first. A list instead of a glob, so that build and tests use the same ones. */
export const migrations: (new () => MigrationInterface)[] = [
  MemoryTables1795305600000,
  OneFormOfTime1795305601000,
  ListIndexes1795305602000,
  ConversationSessions1795305603000,
  Access1795305604000,
  ApplicationId1795305604500,
  FewerIndexes1795305605000,
  PortableIndex1795305605500,
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
