import type { BackgroundRun, BackgroundWork } from '../background/background-work.js';
import type { Engine } from '../engine.js';
import type { Change } from '../feed/feed-change.js';
import { programUrl } from '../program-url.js';
import type { ThreadProgram } from '../thread-program.js';
import type { Merge } from './merge-blocks.js';
import { isEnough, waitingRows, type Waiting } from './pack-rows.js';
import type { PackInput } from './pack-thread.js';
import { writeBlock } from './write-block.js';

const PACK: ThreadProgram<PackInput, Merge> = { url: programUrl(import.meta.url, './pack-thread.js') };
const TOPICS: ReadonlySet<string> = new Set(['snapshots', '*']);
/** After so many new snapshots it is worth a look whether they are enough for a block. */
const LOOK_ROWS = 16;

/**
 * Packs snapshots: the oldest ones that are not packed, block by block, and then blocks that hold few. Each block is
 * made in a thread, and written by one unit of work; it changes no answer.
 */
export class Packer implements BackgroundWork {
  readonly name = 'packing of snapshots';
  private pending = 0;
  /** Blocks before this one are as they should be; undefined where nothing is to be looked for. */
  private from: number | undefined = 0;
  private lastFrom = 0;

  constructor(private readonly engine: Engine) {}

  isDueAfter(changes: readonly Change[]): boolean {
    for (const { topic, ids, kind } of changes) {
      if (!TOPICS.has(topic)) continue;
      if (kind !== 'insert') this.from = 0;
      this.pending += kind === 'insert' ? ids.length : LOOK_ROWS;
    }
    return this.pending >= LOOK_ROWS;
  }

  async isBehind(): Promise<boolean> {
    this.pending = 0;
    if (this.from !== undefined) return true;
    const { rows } = await this.engine.rows.read<Waiting>(waitingRows(this.engine.rows.dialect));
    return rows.some(isEnough);
  }

  async catchUp(run: BackgroundRun): Promise<void> {
    const from = this.from ?? this.lastFrom;
    this.from = undefined;
    try {
      this.lastFrom = await this.packAll(from, run);
    } catch (error) {
      this.from ??= from;
      throw error;
    }
  }

  private async packAll(first: number, run: BackgroundRun): Promise<number> {
    let from = first;
    while (!run.signal.aborted) {
      const { next, ms } = await run.inTurn(() => this.packNext(from, run));
      from = next;
      if (ms === undefined) break;
      await run.restAfter(ms);
    }
    return from;
  }

  /** @returns where to go on, and how long it took to write a block; undefined where there was none to make. */
  private async packNext(
    from: number,
    { write, signal }: BackgroundRun,
  ): Promise<{ next: number; ms: number | undefined }> {
    const { packing, from: next } = await this.engine.threads.run(PACK, { from }, signal);
    if (!packing) return { next, ms: undefined };
    const begun = performance.now();
    await write((manager) => writeBlock(manager, this.engine.rows.dialect, packing));
    return { next, ms: performance.now() - begun };
  }
}
