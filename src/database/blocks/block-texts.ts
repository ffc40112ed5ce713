import { LRUCache } from 'lru-cache';
import type { StoredBlock, TextBlock } from '../../columns/index.js';
import type { Database } from '../database.js';
import { blockQuery, openBlockOf, textAt, type TextPlace } from './read-block.js';

/** Blocks that were read keep so many bytes: a page of snapshots, or all of some minutes, lies in one or two of them. */
const MAX_BYTES = 4 * 1_048_576;

/** Reads packed texts for requests. Blocks are decompressed outside the event loop, and the last ones are kept. */
export class BlockTexts {
  private readonly blocks = new LRUCache<number, TextBlock>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ bytes }) => bytes,
  });
  /** Blocks that are being read, once for all that ask. They are not in the cache, which drops what it has no room for. */
  private readonly reading = new Map<number, Promise<TextBlock | undefined>>();

  constructor(private readonly database: Database) {}

  /**
   * @returns undefined where the block is not there (any more): its texts may have been packed anew.
   * @throws ProblemError `data_damaged`; the problems of `Database.read`.
   */
  async at(place: TextPlace): Promise<string | undefined> {
    const block = this.blocks.get(place.block) ?? (await this.shared(place.block));
    return block && textAt(block, place);
  }

  private shared(id: number): Promise<TextBlock | undefined> {
    const reading = this.reading.get(id) ?? this.read(id).finally(() => this.reading.delete(id));
    this.reading.set(id, reading);
    return reading;
  }

  /** A block never changes, and its id is never given out again. */
  private async read(id: number): Promise<TextBlock | undefined> {
    const { rows } = await this.database.read(async (reader) => reader.read<StoredBlock>(blockQuery(id)));
    const block = rows[0] && (await openBlockOf(id, rows[0]));
    if (block) this.blocks.set(id, block);
    return block;
  }
}
