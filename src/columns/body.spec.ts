import { describe, expect, it } from '@jest/globals';
import { DamagedBlock, openBlock, openBlockSync, toStoredBlock, writeTexts } from './index.js';

const TEXTS = ['{"a":1}', '{"a":2}', '{"a":3}'];

describe('A stored block', () => {
  it('gives its texts back', async () => {
    const stored = await toStoredBlock(writeTexts(TEXTS));
    expect(openBlockSync(stored).textAt(1)).toBe('{"a":2}');
    expect((await openBlock(stored)).textAt(2)).toBe('{"a":3}');
  });

  it('is damaged where any byte of it differs', async () => {
    const { body, digest } = await toStoredBlock(writeTexts(TEXTS));
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
