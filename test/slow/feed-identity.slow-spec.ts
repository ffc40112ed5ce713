import { readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { importRows, ImportSource } from '../../src/operations/transfer/index.js';
import { aLine, anExport } from '../factories/exports.js';
import { anEvent } from '../factories/index.js';
import { startBuilt } from '../support/built.js';
import { runCli } from '../support/cli.js';
import { wipe } from '../support/damage.js';
import { PASSWORD, SECRET, startService, temporaryFolder, type TestService } from '../support/service.js';

/** What a client of `/memory/events` has got, and where the feed stood. */
interface Seen {
  readonly tag: string;
  readonly identity: string;
  readonly position: number;
}

/** What was restored, salvaged or imported may not be taken for the memory that was served before. */
describe('The identity of the change feed', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    file = join(folder, 'jarvis.db');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function head(): Pick<Seen, 'identity' | 'position'> {
    const handle = new Sqlite(file, { readonly: true });
    try {
      return handle.prepare('SELECT identity, position FROM feed_head').get() as Seen;
    } finally {
      handle.close();
    }
  }

  /** Saves events, and looks at them. */
  async function served(count: number, work?: (service: TestService) => unknown): Promise<Seen> {
    const service = await startService({ folder });
    for (let saved = 0; saved < count; saved++) {
      await service.call('post', '/memory/events').send(anEvent()).expect(201);
    }
    const { headers } = await service.call('get', '/memory/events').expect(200);
    await work?.(service);
    await service.stop();
    return { tag: headers['etag']!, ...head() };
  }

  it('is another where a backup is restored, also one of the last position', async () => {
    const backup = join(folder, 'kept.db');
    const make = (): unknown => runCli(['backup', '-q', '--to', backup], { DB_PATH: file });
    const before = await served(2, make);
    expect(await runCli(['restore', '-q', backup], { DB_PATH: file })).toMatchObject({ code: 0 });
    const after = await served(0);
    expect(after.identity).not.toBe(before.identity);
    expect(after.tag).not.toBe(before.tag);
  });

  it('is another where a damaged file is salvaged', async () => {
    const before = await served(200);
    wipe(file, "SELECT pageno FROM dbstat WHERE name = 'events' AND pagetype = 'leaf' LIMIT 1");
    const after = await served(1);
    expect(readdirSync(folder).join()).toContain('.corrupt-');
    expect(after.position).toBeLessThan(before.position);
    expect(after.identity).not.toBe(before.identity);
  });

  it('is another where rows are imported', async () => {
    const before = await served(1);
    const name = join(folder, 'import.ndjson');
    writeFileSync(name, anExport([aLine.event(7)]));
    const source = await ImportSource.open(name);
    await importRows({ file }, source, { dryRun: false, logger: false, onProgress: () => undefined });
    await source.close();
    const imported = head();
    expect(imported.identity).not.toBe(before.identity);
    expect(imported.position).toBeGreaterThan(before.position);
    // It ended in order, so that the service goes on from there.
    expect((await served(1)).identity).toBe(imported.identity);
  });

  it('stays where the process was killed, from the last position on', async () => {
    const before = await served(1);
    const program = await startBuilt({ DB_PATH: file, JARVIS_PASSWORD: PASSWORD, JWT_SECRET: SECRET });
    await program.end('SIGKILL');
    const killed = head();
    const after = await served(1);
    expect(killed.identity).toBe(before.identity);
    expect(after.identity).toBe(killed.identity);
    // What others wrote meanwhile is not known.
    expect(after.tag).not.toBe(before.tag);
    expect(after.position).toBeGreaterThan(killed.position);
  });
});
