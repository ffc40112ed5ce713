import { describe, expect, it } from '@jest/globals';
import {
  DamagedBlock,
  openBlock,
  openBlockSync,
  toStoredBlock,
  toStoredBlockSync,
  writeTexts,
} from './index.js';

const TEXTS = ['{"a":1}', '{"a":2}', '{"a":3}'];

describe('A stored block', () => {
  it('gives its texts back', async () => {
    const stored = await toStoredBlock([writeTexts(TEXTS)]);
    expect(openBlockSync(stored).textAt(1)).toBe('{"a":2}');
    expect((await openBlock(stored)).textAt(2)).toBe('{"a":3}');
  });

  it.each([
    ['small', ['{"a":1}', '{"a":2}']],
    ['of more than a megabyte', [JSON.stringify(Array.from({ length: 300_000 }, (_, index) => index % 997))]],
  ])('is the same where it is made at once: %s', async (_, texts) => {
    const bytes = writeTexts(texts);
    expect(openBlockSync(toStoredBlockSync(bytes)).textAt(0)).toBe(texts[0]);
    expect(toStoredBlockSync(bytes)).toEqual(await toStoredBlock([bytes]));
  });

  it('is damaged where any byte of it differs', async () => {
    const { body, digest } = await toStoredBlock([writeTexts(TEXTS)]);
    for (const index of body.keys()) {
      const flipped = Buffer.from(body);
      flipped[index]! ^= 1;
      await expect(openBlock({ body: flipped, digest })).rejects.toThrow(DamagedBlock);
      expect(() => openBlockSync({ body: flipped, digest })).toThrow(DamagedBlock);
    }
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['another version', Buffer.of(2, 1, 2, 3)],
    ['no Brotli', Buffer.of(1, 255, 255, 255)],
    ['something else in Brotli', Buffer.of(1, 0x3b)],
  ])('is damaged where its digest is right and it is %s', async (_, body) => {
    const { createHash } = await import('node:crypto');
    const digest = createHash('sha256').update(body).digest('hex');
    await expect(openBlock({ body, digest })).rejects.toThrow(DamagedBlock);
    expect(() => openBlockSync({ body, digest })).toThrow(DamagedBlock);
  });
});
