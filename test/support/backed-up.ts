import { copyFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCli } from './cli.js';
import { anEvent } from '../factories/index.js';
import { startService, temporaryFolder, type TestService } from './service.js';

export async function saveEvent(service: TestService, summary: string): Promise<void> {
  await service.call('post', '/memory/events').send(anEvent({ summary })).expect(201);
}

/** A memory that went on after its backup and was killed, with its last event in the write-ahead log alone. */
export class BackedUpMemory {
  readonly file: string;
  readonly backup: string;

  private constructor(readonly home: string) {
    this.file = join(home, 'jarvis.db');
    this.backup = join(home, 'kept.db.gz');
  }

  static async make(): Promise<BackedUpMemory> {
    const memory = new BackedUpMemory(await temporaryFolder());
    const { home, file, backup } = memory;
    const service = await startService({ folder: home });
    await saveEvent(service, 'before');
    const { code, stderr } = await runCli(['backup', '-q', '--to', backup], { DB_PATH: file });
    if (code !== 0) throw new Error(`There is no backup: ${stderr}`);
    await saveEvent(service, 'after');
    const parts = [file, `${file}-wal`];
    for (const part of parts) await copyFile(part, `${part}.killed`);
    await service.stop();
    for (const part of parts) await rename(`${part}.killed`, part);
    return memory;
  }

  /** What a service that starts on the file now says happened, oldest first. */
  async summaries(): Promise<string[]> {
    const service = await startService({ folder: this.home });
    const { body } = await service.call('get', '/memory/events').expect(200);
    await service.stop();
    return body.events.map(({ summary }: { summary: string }) => summary).reverse();
  }

  async replacedFiles(): Promise<string[]> {
    return (await readdir(this.home)).filter((name) => name.includes('.replaced-'));
  }

  remove(): Promise<void> {
    return rm(this.home, { recursive: true, force: true });
  }
}
