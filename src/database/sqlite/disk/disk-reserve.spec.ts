import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DiskReserve } from './disk-reserve.js';

const BYTES = 3_000_000;
const { signal } = new AbortController();

describe('DiskReserve', () => {
  let folder: string;
  let file: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-reserve-'));
    file = join(folder, 'jarvis.db');
    path = `${file}.reserve`;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes real room that no file system can compress away, and only its owner can read it', async () => {
    const reserve = new DiskReserve(file, BYTES);
    expect(reserve.isInPlace).toBe(false);
    await reserve.make(signal);
    const { size, blocks, mode } = statSync(path);
    expect(size).toBe(BYTES);
    expect(blocks * 512).toBeGreaterThanOrEqual(BYTES);
    expect(mode & 0o777).toBe(0o600);
    expect(gzipSync(readFileSync(path)).length).toBeGreaterThan(BYTES * 0.99);
    expect(reserve.isInPlace).toBe(true);
    expect(readdirSync(folder)).toEqual(['jarvis.db.reserve']);
  });

  it('gives its room up at once, remembers that across processes, and is made again', async () => {
    await new DiskReserve(file, BYTES).make(signal);
    new DiskReserve(file, BYTES).giveUp();
    expect(statSync(path).blocks).toBe(0);
    const later = new DiskReserve(file, BYTES);
    expect({ inPlace: later.isInPlace, givenUp: later.wasGivenUp }).toEqual({
      inPlace: false,
      givenUp: true,
    });
    await later.make(signal);
    expect({ inPlace: later.isInPlace, givenUp: later.wasGivenUp }).toEqual({
      inPlace: true,
      givenUp: false,
    });
  });

  it('has nothing to give up where it was never made', () => {
    const reserve = new DiskReserve(file, BYTES);
    reserve.giveUp();
    expect(reserve.wasGivenUp).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([2_000_000, 4_000_000])('is made again where %i bytes are wanted of it now', async (bytes) => {
    await new DiskReserve(file, BYTES).make(signal);
    const reserve = new DiskReserve(file, bytes);
    expect(reserve.isInPlace).toBe(false);
    await reserve.make(signal);
    expect(statSync(path).size).toBe(bytes);
  });

  it.each([BYTES, 0])('is removed where none is wanted and one of %i bytes is there', async (bytes) => {
    writeFileSync(path, Buffer.alloc(bytes));
    const none = new DiskReserve(file, 0);
    expect(none.isInPlace).toBe(false);
    await none.make(signal);
    expect(readdirSync(folder)).toEqual([]);
    expect(none.isInPlace).toBe(true);
  });

  it('is made whole where a process ended in the middle of making it', async () => {
    writeFileSync(`${path}.part`, 'half');
    const reserve = new DiskReserve(file, BYTES);
    expect(reserve.isInPlace).toBe(false);
    await reserve.make(signal);
    expect(readdirSync(folder)).toEqual(['jarvis.db.reserve']);
    expect(statSync(path).size).toBe(BYTES);
  });

  it('leaves nothing half-made where making it is broken off or fails', async () => {
    const abort = new AbortController();
    const made = new DiskReserve(file, 64 * BYTES).make(abort.signal);
    setImmediate(() => {
      abort.abort();
    });
    await expect(made).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(folder)).toEqual([]);
    const nowhere = new DiskReserve(join(folder, 'missing', 'jarvis.db'), BYTES);
    await expect(nowhere.make(signal)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
