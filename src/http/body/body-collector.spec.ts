import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Request } from 'express';
import type { Share } from '../traffic/index.js';
import { BodyCollector } from './body-collector.js';

const STALL_MS = 1000;
const BODY = Buffer.alloc(200_000, 'x');
const RULES = { encoding: 'gzip', limit: 1_000_000, stallMs: STALL_MS } as const;

describe('A body that takes long to be inflated', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function aRequest(): PassThrough & { complete: boolean } {
    return Object.assign(new PassThrough(), { complete: false, headers: {} });
  }

  function collect(request: PassThrough, onPiece: () => void = () => undefined): Promise<Buffer> {
    const tryTake = (): boolean => {
      onPiece();
      return true;
    };
    return new BodyCollector(request as unknown as Request, { tryTake } as unknown as Share, RULES).collect();
  }

  it('does not stand still while pieces of it come out', async () => {
    const request = aRequest();
    let pieces = 0;
    const collected = collect(request, () => {
      pieces++;
      jest.advanceTimersByTime(STALL_MS * 0.6);
      if (pieces < 5) return;
      request.complete = true;
      request.end();
    });
    request.write(gzipSync(BODY));
    expect((await collected).equals(BODY)).toBe(true);
    expect(pieces).toBeGreaterThan(5);
  });

  it('is not waited for any more once all of it has come', async () => {
    const request = aRequest();
    const collected = collect(request);
    request.end(gzipSync(BODY));
    request.complete = true;
    jest.advanceTimersByTime(STALL_MS * 2);
    expect((await collected).equals(BODY)).toBe(true);
  });

  it('stands still where neither comes', async () => {
    const request = aRequest();
    const collected = collect(request);
    request.write(gzipSync(BODY).subarray(0, 5));
    jest.advanceTimersByTime(STALL_MS + 1);
    await expect(collected).rejects.toMatchObject({ code: 'request_timeout' });
  });
});
