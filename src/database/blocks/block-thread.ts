// A thread that opens blocks for requests. Opening one makes garbage: in the heap of the event loop it would cause full
// collections.
import { parentPort } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import { DamagedBlock, openBlockSync, type StoredBlock, type TextBlock } from '../../columns/index.js';
import type { ThreadFailure } from '../threads/thread.js';
import type { TextPlace } from './read-block.js';

/** A text that is wanted; with the block where the thread does not have it. */
export interface TextOrder extends TextPlace {
  readonly stored?: StoredBlock;
}

/**
 * The text, a large one in UTF-8; `missing` where the block has to come with the order; or what is wrong with the block.
 */
export type TextReply =
  | { readonly text: string }
  | { readonly utf8: Uint8Array<ArrayBuffer> }
  | { readonly missing: true }
  | { readonly damage: string };

/** Blocks that were read keep so many bytes: a page of snapshots, or all of some minutes, lies in one or two of them. */
const MAX_BYTES = 4 * 1_048_576;
/** Larger texts are handed over, and not copied: that is the end of the block in this thread. */
const MAX_COPIED_BYTES = 1_048_576;
/** A block never changes, and its id is never given out again. */
const blocks = new LRUCache<number, TextBlock>({
  maxSize: MAX_BYTES,
  sizeCalculation: ({ bytes }) => bytes,
});

function answer({ block: id, index, stored }: TextOrder): TextReply | ThreadFailure {
  try {
    const block = blocks.get(id) ?? (stored && openBlockSync(stored));
    if (!block) return { missing: true };
    const utf8 = block.utf8At(index);
    if (utf8 && utf8.length > MAX_COPIED_BYTES) {
      // The memory of the whole block goes with it.
      blocks.delete(id);
      return { utf8: utf8 as Uint8Array<ArrayBuffer> };
    }
    blocks.set(id, block);
    return { text: block.textAt(index) };
  } catch (error) {
    const { message } = error as Error;
    return error instanceof DamagedBlock ? { damage: message } : { message, code: undefined };
  }
}

parentPort?.on('message', (order: TextOrder) => {
  const reply = answer(order);
  parentPort?.postMessage(reply, 'utf8' in reply ? [reply.utf8.buffer] : []);
});
