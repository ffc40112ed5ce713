import { afterEach, expect, it, jest } from '@jest/globals';
import type { PoolConfig } from 'pg';
import { Changes } from '../changes.js';
import type { PostgresFeed } from './feed.js';
import { FeedWatch } from './feed-watch.js';

afterEach(() => {
  jest.useRealTimers();
});

it('The feed is listened to again after its options could not be read', async () => {
  jest.useFakeTimers();
  let attempts = 0;
  const options: PoolConfig = {
    get connectionString(): string {
      attempts += 1;
      throw new Error('ENOENT: no such certificate');
    },
  };
  const feed = { read: () => Promise.reject(new Error('away')) } as unknown as PostgresFeed;
  const watch = new FeedWatch(feed, new Changes(), options);
  const first = attempts;
  expect(first).toBeGreaterThan(0);
  await jest.advanceTimersByTimeAsync(2500);
  expect(attempts).toBeGreaterThan(first);
  await watch.stop();
});
