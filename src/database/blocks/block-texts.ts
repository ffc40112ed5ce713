import { LRUCache } from 'lru-cache';
import type { StoredBlock, TextBlock } from '../../columns/index.js';
import type { Database } from '../database.js';
import { blockQuery, openBlockOf, textAt, type TextPlace } from './read-block.js';

/** Blocks that were read keep so many bytes: a page of snapshots, or all of some minutes, lies in one or two of them. */
const MAX_BYTES = 4 * 1_048_576;

/** Reads packed texts for requests. Blocks are decompressed outside the event loop, and the last ones are kept. */
export class BlockTexts {
  private readonly blocks: LRUCache<number, TextBlock>;

  constructor(database: Database) {
    this.blocks = new LRUCache<number, TextBlock>({
      maxSize: MAX_BYTES,
      sizeCalculation: ({ bytes }) => bytes,
      // A block never changes, and its id is never given out again.
      fetchMethod: async (id) => {
        const { rows } = await database.read(async (reader) => reader.read<StoredBlock>(blockQuery(id)));
        return rows[0] && openBlockOf(id, rows[0]);
      },
    });
  }

  /**
   * @returns undefined where the block is not there (any more): its texts may have been packed anew.
   * @throws ProblemError `data_damaged`; the problems of `Database.read`.
   */
  async at(place: TextPlace): Promise<string | undefined> {
    const block = await this.blocks.fetch(place.block);
    return block && textAt(block, place);
  }
}
