import type { INestApplicationContext } from '@nestjs/common';
import { KeysService, type KeyInput } from '../src/auth/index.js';
import { BackupsService } from '../src/operations/backups/index.js';
import { RetentionService } from '../src/retention/index.js';
import { DAY, iso } from './time.js';

interface Machine extends KeyInput {
  readonly isInUse: boolean;
}

function machines(now: number): readonly Machine[] {
  return [
    { name: 'laptop, scripts', role: 'operator', expiresAt: iso(now + 9 * DAY), isInUse: false },
    { name: 'dashboard on the wall', role: 'reader', expiresAt: iso(now + 158 * DAY), isInUse: true },
    { name: 'chat pipeline', role: 'writer', isInUse: true },
    { name: 'monitor', role: 'ingest', isInUse: true },
  ];
}

/** A week of minutes, and a year of what is of no interest any more. */
const RULES = { snapshots: 'keep-last=1440,keep-hourly=168,keep-daily=90', events: 'info=90d,warning=1y' };

/** Adds what a service has beside its memory: keys for the machines of the homelab, rules of retention, a backup. */
export async function furnish(app: INestApplicationContext): Promise<void> {
  const keys = app.get(KeysService, { strict: false });
  for (const { isInUse, ...input } of machines(Date.now())) {
    const { key } = await keys.createKey(input);
    if (isInUse) keys.recordUse(key.id);
  }
  await app.get(RetentionService, { strict: false }).setRetention(RULES);
  await app.get(BackupsService, { strict: false }).makeBackup();
}
