import { afterEach, describe, expect, it } from '@jest/globals';
import { toStoredBlock, writeTexts, type StoredBlock } from '../../columns/index.js';
import type { Database } from '../database.js';
import { BlockTexts } from './block-texts.js';

const UNAVAILABLE = { code: 'database_unavailable' };
const small = (index: number): string => `{"counter":${1000 + 60 * index},"name":"guest-${index}"}`;
const large = (letter: string): string => JSON.stringify({ [letter]: letter.repeat(1_200_000) });

describe('Texts that are read from blocks', () => {
  const blocks = new Map<number, StoredBlock>();
  /** The blocks that were read from the database. */
  let read: number[] = [];
  let texts: BlockTexts;

  async function begin(...stored: readonly string[][]): Promise<void> {
    read = [];
    blocks.clear();
    for (const [index, block] of stored.entries())
      blocks.set(index + 1, await toStoredBlock([writeTexts(block)]));
    const rowsOf = ({ values }: { values: readonly unknown[] }) => {
      const id = Number(values[0]);
      read.push(id);
      return { rows: [blocks.get(id)].filter(Boolean) };
    };
    const database = { read: (work: (rows: unknown) => unknown) => Promise.resolve(work({ read: rowsOf })) };
    texts = new BlockTexts(database as unknown as Database);
  }

  afterEach(() => texts.stop());

  const at = async (block: number, index: number): Promise<string | undefined> =>
    (await texts.at({ block, index }))?.toString();

  it('come back whatever lies beside them and in whichever order', async () => {
    const all = [small(0), large('a'), small(2), small(3), large('б')];
    await begin(all);
    const first = await Promise.all(all.map((_, index) => at(1, index)));
    expect(first.every((text, index) => text === all[index])).toBe(true);
    expect(read).toEqual([1]);
    for (const index of [0, 2, 1, 3, 1, 2, 4, 0, 4]) expect((await at(1, index)) === all[index]).toBe(true);
    const together = await Promise.all(all.flatMap((_, index) => [at(1, index), at(1, index)]));
    expect(together.every((text, index) => text === all[Math.floor(index / 2)])).toBe(true);
  });

  it('take a block from the database once while a few are read by turns', async () => {
    await begin([small(0), small(1)], [small(2), small(3)]);
    for (const index of [0, 1, 0, 1]) {
      expect(await at(1, index)).toBe(small(index));
      expect(await at(2, index)).toBe(small(2 + index));
    }
    expect(read).toEqual([1, 2]);
  });

  it('are undefined where the block is not there, and damaged where it is another', async () => {
    await begin([small(0)]);
    expect(await at(7, 0)).toBeUndefined();
    await expect(at(1, 1)).rejects.toMatchObject({ code: 'data_damaged' });
    blocks.set(1, { ...blocks.get(1)!, digest: 'x' });
    blocks.set(2, blocks.get(1)!);
    await expect(at(2, 0)).rejects.toMatchObject({ code: 'data_damaged' });
  });

  it('fail for whoever waits for a thread that dies, and come from another one afterwards', async () => {
    await begin([small(0)], [large('c')]);
    await at(1, 0);
    const waits = at(2, 0);
    const [thread] = texts['threads']['threads'];
    await thread!['worker'].terminate();
    await expect(waits).rejects.toMatchObject(UNAVAILABLE);
    expect(await at(1, 0)).toBe(small(0));
  });

  it('are refused when it stops, also to those who wait', async () => {
    await begin([small(0), small(1)]);
    const waiting = Promise.allSettled(Array.from({ length: 9 }, (_, index) => at(1, index % 2)));
    await texts.stop();
    const refused = (await waiting).filter(({ status }) => status === 'rejected');
    expect(refused).not.toHaveLength(0);
    for (const result of refused) expect(result).toMatchObject({ reason: UNAVAILABLE });
    await expect(at(1, 0)).rejects.toMatchObject(UNAVAILABLE);
  });
});
