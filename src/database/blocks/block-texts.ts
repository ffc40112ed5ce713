import { LRUCache } from 'lru-cache';
import type { StoredBlock } from '../../columns/index.js';
import type { Database } from '../database.js';
import { blockDamaged } from '../database-problems.js';
import { programUrl } from '../program-url.js';
import { Thread } from '../threads/thread.js';
import { ThreadPool } from '../threads/thread-pool.js';
import type { TextOrder, TextReply } from './block-thread.js';
import { blockQuery, type TextPlace } from './read-block.js';

const PROGRAM = programUrl(import.meta.url, './block-thread.js');
/** The second one is for what comes while a large block is opened. Lists read one text at a time: each caller waits once. */
const THREADS = { size: 2, idleMs: 30_000, capacity: 5_000 };
/** For so many blocks a thread is asked first whether it has them. */
const MAX_RECENT = 16;

/** Reads packed texts for requests, on whichever engine. Blocks are opened in threads, which keep the last ones. */
export class BlockTexts {
  private readonly threads = new ThreadPool<TextOrder, TextReply>(
    () => new Thread(PROGRAM, { name: 'blocks' }),
    THREADS,
  );

  /** The blocks that were read last, which the next text often lies in as well. */
  private readonly recent = new LRUCache<number, true>({ max: MAX_RECENT });
  /** Blocks that are being read from the database, once for all that ask at the same time. */
  private readonly reading = new Map<number, Promise<StoredBlock | undefined>>();

  constructor(private readonly database: Pick<Database, 'read'>) {}

  /**
   * @returns the text, a large one in UTF-8; undefined where the block is not there (any more): its texts may have been packed anew.
   * @throws ProblemError `data_damaged`, `read_queue_full`; the problems of `Database.read`.
   */
  async at(place: TextPlace): Promise<string | Buffer | undefined> {
    if (this.recent.get(place.block)) {
      const reply = await this.ask(place);
      if (!('missing' in reply)) return textOf(reply, place);
    }
    const stored = await this.shared(place.block);
    if (!stored) return undefined;
    this.recent.set(place.block, true);
    return textOf(await this.ask({ ...place, stored }), place);
  }

  /** Ends the threads. */
  stop(): Promise<void> {
    return this.threads.stop();
  }

  private ask(order: TextOrder): Promise<TextReply> {
    return this.threads.use((thread) => thread.ask(order));
  }

  private shared(id: number): Promise<StoredBlock | undefined> {
    const reading = this.reading.get(id) ?? this.stored(id).finally(() => this.reading.delete(id));
    this.reading.set(id, reading);
    return reading;
  }

  private async stored(id: number): Promise<StoredBlock | undefined> {
    const { rows } = await this.database.read(async (reader) => reader.read<StoredBlock>(blockQuery(id)));
    return rows[0];
  }
}

function textOf(reply: TextReply, { block }: TextPlace): string | Buffer {
  if ('text' in reply) return reply.text;
  if ('utf8' in reply) return Buffer.from(reply.utf8.buffer, reply.utf8.byteOffset, reply.utf8.length);
  throw blockDamaged(block, 'damage' in reply ? reply.damage : 'it is not there');
}
