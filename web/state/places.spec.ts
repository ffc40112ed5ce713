import { describe, expect, it } from '@jest/globals';
import { placeOfItem, type TimelineItem } from './places.js';

const item = (kind: TimelineItem['kind'], id: number | string, sessionId?: string): TimelineItem => ({
  ...{ kind, id, at: '2026-11-24T05:31:00.000Z', title: '' },
  ...(sessionId !== undefined && { sessionId }),
});

describe('Where an entry of the timeline is shown', () => {
  it('is a message in its conversation, and each other on its page', () => {
    expect([
      placeOfItem(item('message', 7, 'chat-1')),
      placeOfItem(item('event', 3)),
      placeOfItem(item('resolution', 3)),
      placeOfItem(item('preference', 'ui.theme')),
      placeOfItem(item('snapshot', 9)),
    ]).toEqual([
      { page: 'conversations', query: { session: 'chat-1', message: '7' } },
      { page: 'events', query: { id: '3' } },
      { page: 'events', query: { id: '3' } },
      { page: 'preferences', query: { key: 'ui.theme' } },
      { page: 'time-machine', query: { at: '2026-11-24T05:31:00.000Z' } },
    ]);
  });
});
