import { EventEmitter, once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Response } from 'express';
import type { Readable } from 'node:stream';
import type { Database } from '../../database/index.js';
import { TransferService } from './transfer.service.js';

const MINUTE_MS = 60_000;

describe('An export as an answer', () => {
  let closed: number;
  let close: Promise<void>;
  let service: TransferService;
  let stream: Readable;

  const start = async (): Promise<Readable> => {
    const response = new EventEmitter() as unknown as Response;
    return (await service.export({ kind: ['event'] }, response)).getStream();
  };

  beforeEach(async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    closed = 0;
    close = Promise.resolve();
    const row = { id: 1, summary: 'x'.repeat(100_000) };
    const rows = {
      lastIds: () => Promise.resolve({}),
      async *slices() {
        for (;;) yield await Promise.resolve([row]);
      },
      close: () => {
        closed++;
        return close;
      },
    };
    const database = { openReadSnapshot: () => Promise.resolve(rows) } as unknown as Database;
    service = new TransferService(database);
    stream = await start();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('ends after an hour, however steadily it is taken', async () => {
    let taken = 0;
    const take = async (): Promise<void> => {
      for await (const chunk of stream) {
        expect(chunk).toBeDefined();
        taken++;
        // The stream reads ahead, so that what is taken was read some time before.
        jest.advanceTimersByTime(MINUTE_MS / 3);
      }
    };
    await expect(take()).rejects.toThrow(/more than an hour/);
    expect(taken).toBeGreaterThan(170);
    expect(closed).toBe(1);
  });

  it('ends after a minute in which nobody takes anything', async () => {
    const ended = new Promise<Error>((resolve) => stream.once('error', resolve));
    jest.advanceTimersByTime(MINUTE_MS + 1);
    expect((await ended).message).toMatch(/for a minute/);
  });

  it('counts as running until its snapshot is closed', async () => {
    let isClosed: () => void = () => undefined;
    close = new Promise<void>((resolve) => (isClosed = resolve));
    await start();
    stream.destroy();
    await once(stream, 'close');
    await expect(start()).rejects.toMatchObject({ code: 'too_many_requests' });
    isClosed();
    await nextTurn();
    await start();
  });
});

describe('An export that cannot begin', () => {
  const begin = (service: TransferService): Promise<unknown> =>
    service.export({ kind: ['event'] }, new EventEmitter() as unknown as Response);

  it('takes no place from others, whether the snapshot or its first line fails', async () => {
    let closed = 0;
    const failure = new Error('away');
    const rows = { lastIds: () => Promise.reject(failure), close: () => Promise.resolve(closed++) };
    const opened = jest.fn<() => Promise<unknown>>();
    opened.mockRejectedValueOnce(failure).mockResolvedValue(rows);
    const service = new TransferService({ openReadSnapshot: opened } as unknown as Database);
    for (let count = 0; count < 4; count++) await expect(begin(service)).rejects.toBe(failure);
    expect(closed).toBe(3);
  });
});
