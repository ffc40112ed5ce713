import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Response } from 'express';
import type { Batch } from '../change-reader.js';
import type { Follower } from '../follower.js';
import { Message } from '../rows/message.js';
import { Selection } from '../selection.js';
import { Stream } from './stream.js';

const PLACE = { identity: 'a', position: 2, n: 0 };
const BATCH: Batch = {
  messages: [new Message('a.1.1', 'snapshot.saved', 'snapshots', { data: { text: 'x'.repeat(2_000_000) } })],
  next: PLACE,
  isAtHead: true,
};

/** Takes what is written, and says that it is too much. */
class SlowResponse extends EventEmitter {
  destroyed = false;
  readonly writableEnded = false;
  readonly written: unknown[] = [];
  constructor(private readonly gone: AbortController) {
    super();
  }
  write(frame: unknown): boolean {
    this.written.push(frame);
    return false;
  }
  destroy(): void {
    this.destroyed = true;
    this.gone.abort();
  }
}

describe('A client that does not take what it is sent', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function run(): { response: SlowResponse; slow: () => number; turns: () => Promise<void> } {
    const gone = new AbortController();
    const response = new SlowResponse(gone);
    let slow = 0;
    const follower = {
      async *follow(start: unknown) {
        // After what is being written there is nothing.
        if (start !== PLACE) yield BATCH;
        await new Promise((resolve) => {
          gone.signal.addEventListener('abort', resolve);
        });
      },
    };
    const stream = new Stream(
      response as unknown as Response,
      new Selection(),
      follower as unknown as Follower,
      () => slow++,
    );
    void stream.run('a.0.0', gone.signal);
    const turns = async (): Promise<void> => {
      for (let turn = 0; turn < 20; turn++) await nextTurn();
    };
    return { response, slow: () => slow, turns };
  }

  it('is not waited for when it takes nothing for half a minute, though nothing else is there for it', async () => {
    const { response, slow, turns } = run();
    await turns();
    expect(response.written).toHaveLength(1);
    jest.advanceTimersByTime(29_000);
    await turns();
    expect([response.destroyed, slow()]).toEqual([false, 0]);
    jest.advanceTimersByTime(2000);
    await turns();
    expect([response.destroyed, slow(), response.written.length]).toEqual([true, 1, 1]);
  });

  it('is waited for while it takes some of a large change', async () => {
    const { response, slow, turns } = run();
    for (let part = 1; part <= 4; part++) {
      await turns();
      expect(response.written).toHaveLength(part);
      jest.advanceTimersByTime(29_000);
      response.emit('drain');
    }
    await turns();
    expect([response.destroyed, slow()]).toEqual([false, 0]);
    response.destroy();
    await turns();
  });
});
