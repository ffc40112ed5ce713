import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entriesWithin, messageEntry, problemEntries, type Entry } from './entries.js';
import { mergeMarks, packBars, type Extent } from './pack.js';
import { loadedFor, moved, spanFrom, spanText, within, zoomed } from './view.js';

const same = (extent: Extent): Extent => extent;
const extents = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 300 })), { maxLength: 60 })
  .map((pairs) => pairs.map(([from, width]) => ({ from, to: from + width })));

describe('bars in rows', () => {
  it('never overlap, and none is lost', () => {
    fc.assert(
      fc.property(extents, fc.integer({ min: 1, max: 6 }), (bars, most) => {
        const { packed, merged, rows } = packBars(bars, same, most, 1000);
        expect(packed.length + merged.flatMap(({ items }) => items).length).toBe(bars.length);
        expect(rows).toBeLessThanOrEqual(most + 1);
        for (const one of packed)
          for (const other of packed)
            if (one !== other && one.row === other.row)
              expect(one.item.to <= other.item.from || other.item.to <= one.item.from).toBe(true);
        for (const [index, { to }] of merged.entries())
          expect(merged[index + 1]?.from ?? Infinity).toBeGreaterThanOrEqual(to);
      }),
    );
  });

  it('know their room to the next of their row', () => {
    const { packed } = packBars(
      [
        { from: 0, to: 10 },
        { from: 50, to: 60 },
      ],
      same,
      2,
      200,
    );
    expect(packed.map(({ room }) => room)).toEqual([50, 150]);
  });
});

it('merges marks that are near, up to a width', () => {
  const marks = [0, 3, 6, 9, 40].map((from) => ({ from, to: from + 4 }));
  expect(mergeMarks(marks, same, 2, 12).map(({ from, to, items }) => [from, to, items.length])).toEqual([
    [0, 10, 3],
    [9, 13, 1],
    [40, 44, 1],
  ]);
});

describe('the view', () => {
  const span = { since: 0, until: 86_400_000 };
  const hour = 3_600_000;

  it('zooms around a moment that keeps its place, and is the whole span at most', () => {
    expect(zoomed(span, span, 0.5, 6 * hour)).toEqual({ since: 3 * hour, until: 15 * hour });
    expect(zoomed({ since: 3 * hour, until: 15 * hour }, span, 2, 6 * hour)).toBeUndefined();
    const least = zoomed({ since: 0, until: 70_000 }, span, 0.1, 0);
    expect(least).toEqual({ since: 0, until: 60_000 });
  });

  it('stays in the span', () => {
    const view = { since: hour, until: 2 * hour };
    expect(moved(view, span, -5 * hour)).toEqual({ since: 0, until: hour });
    expect(moved(view, span, 50 * hour)).toEqual({ since: 23 * hour, until: 24 * hour });
    expect(within({ since: -5, until: 25 * hour }, span)).toBeUndefined();
  });

  it('is written in the address, and nonsense is none', () => {
    const view = { since: hour, until: 2 * hour };
    expect(spanFrom(spanText(view))).toEqual(view);
    expect(['', 'x', 'x/y', '2026-01-02/2026-01-01'].map(spanFrom)).toEqual(Array(4).fill(undefined));
    expect(spanText(undefined)).toBeUndefined();
  });

  it('is loaded in large steps', () => {
    const loaded = loadedFor({ since: 5 * hour, until: 6 * hour }, span);
    expect(loaded.since).toBeLessThanOrEqual(5 * hour);
    expect(loaded.until).toBeGreaterThanOrEqual(6 * hour);
    expect(loadedFor({ since: 5 * hour + 1, until: 6 * hour + 1 }, span)).toEqual(loaded);
  });
});

describe('entries', () => {
  const event = {
    id: 1,
    timestamp: '2026-11-24T03:04:00.000Z',
    type: 'alert',
    severity: 'critical',
    source: 'monitor',
    node: 'pve3',
    summary: 'full',
    details: null,
    resolved: true,
    resolvedAt: '2026-11-24T03:16:00.000Z',
    resolvedBy: 'jarvis',
  };

  it('tell of a problem that it opened, and that it was fixed', () => {
    expect(problemEntries(event).map(({ kind, side }) => [kind, side])).toEqual([
      ['Problem', undefined],
      ['Resolved', 'after 12 min by Jarvis'],
    ]);
    expect(problemEntries({ ...event, resolvedAt: null })).toHaveLength(1);
  });

  it('are of messages what was said', () => {
    const message = (title: string): Entry | undefined =>
      messageEntry({ at: event.timestamp, kind: 'message', id: 3, title, sessionId: 'chat' });
    expect(message('user: Hello: you')).toMatchObject({
      title: 'Hello: you',
      isProminent: true,
      side: 'you',
    });
    expect([message('assistant:'), message('tool: {"a":1}')]).toEqual([undefined, undefined]);
  });

  it('are those of a part, in the order wanted', () => {
    const entries = problemEntries(event);
    const all = { since: 0, until: Number.MAX_SAFE_INTEGER };
    expect(entriesWithin(entries, all, 'newest').map(({ kind }) => kind)).toEqual(['Resolved', 'Problem']);
    const until = Date.parse(event.resolvedAt);
    expect(entriesWithin(entries, { since: 0, until }, 'oldest').map(({ kind }) => kind)).toEqual([
      'Problem',
    ]);
  });
});
