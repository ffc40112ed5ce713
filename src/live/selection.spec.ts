import { describe, expect, it } from '@jest/globals';
import type { ChangeType, Topic } from './change.js';
import { Message } from './rows/message.js';
import type { Subject } from './rows/row-sources.js';
import { Selection, type ChangeFilter } from './selection.js';

const EVENT = { type: 'alert', severity: 'error', source: 'monitor', node: 'pve1', resolved: false };
const AT = '2026-11-22T20:15:00.000Z';

function message(type: ChangeType, topic: Topic | undefined, subject: Partial<Subject> = {}): Message {
  return new Message('a.1.1', type, topic, { data: {}, ...subject });
}

function takes(filter: ChangeFilter, one: Message, types?: readonly ChangeType[]): boolean {
  const selection = new Selection(filter, types);
  // Twice, because it remembers.
  const first = selection.wants(one.type, one.topic) && selection.fits(one);
  expect(selection.wants(one.type, one.topic) && selection.fits(one)).toBe(first);
  return first;
}

describe('A selection of changes', () => {
  const event = message('event.saved', 'events', { facets: EVENT, at: AT });

  it.each<[ChangeFilter, boolean]>([
    [{}, true],
    [{ topic: ['events'] }, true],
    [{ topic: ['snapshots'] }, false],
    [{ type: ['alert', 'metric'] }, true],
    [{ type: ['metric'] }, false],
    [{ severity: ['error'] }, true],
    [{ minSeverity: 'critical' }, false],
    [{ minSeverity: 'warning', severity: ['error'] }, true],
    [{ source: ['jarvis'] }, false],
    [{ node: ['pve1'] }, true],
    [{ node: ['pve2'] }, false],
    [{ resolved: false }, true],
    [{ resolved: true }, false],
    [{ since: AT }, true],
    [{ since: '2026-11-22T20:15:00.001Z' }, false],
    [{ until: AT }, false],
    [{ until: '2026-11-22T20:15:00.001Z', node: ['pve1'] }, true],
    [{ sessionId: 'chat-1' }, false],
    [{ sessionId: undefined }, true],
  ])('by %j takes an event: %j', (filter, expected) => {
    expect(takes(filter, event)).toBe(expected);
  });

  it('looks only at those with the rarest of the values that it asks for', () => {
    const nodes = ['pve1', 'pve2', null, 'pve1', 'pve3'];
    const of = (node: string | null): Message =>
      message('event.saved', 'events', { facets: { ...EVENT, node }, at: AT });
    const places = (filter: ChangeFilter, messages: readonly Message[]): number[] => [
      ...new Selection(filter).candidates(messages),
    ];
    const events = [...nodes.map(of), message('event.saved', 'events', { facets: null })];
    expect(places({ node: ['pve1'], type: ['alert'] }, events)).toEqual([0, 3]);
    expect(places({ node: ['pve9'] }, events)).toEqual([]);
    expect(places({ node: ['pve1', 'pve2'] }, events)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(places({}, events)).toEqual([0, 1, 2, 3, 4, 5]);
    const deleted = [message('preference.deleted', 'preferences')];
    expect(places({ node: ['pve1'] }, deleted)).toEqual([0]);
  });

  it('leaves out what has not the fields that it asks for', () => {
    const preference = message('preference.changed', 'preferences', { facets: {} });
    expect(takes({}, preference)).toBe(true);
    expect(takes({ since: AT }, preference)).toBe(false);
    const said = message('message.saved', 'conversations', { facets: { sessionId: 'a' }, at: AT });
    expect([takes({ sessionId: 'a' }, said), takes({ sessionId: 'b' }, said)]).toEqual([true, false]);
  });

  it('takes a row without a node for none of a node', () => {
    const one = message('event.saved', 'events', { facets: { ...EVENT, node: null }, at: AT });
    expect(takes({ node: ['pve1'] }, one)).toBe(false);
  });

  it('takes rows that are gone where nothing is asked of them, and deletions where nothing speaks against it', () => {
    const gone = message('event.saved', 'events', { facets: null });
    expect([takes({}, gone), takes({ node: ['pve1'] }, gone)]).toEqual([true, false]);
    const forgotten = message('memory.forgotten', 'events');
    expect([takes({ node: ['pve1'] }, forgotten), takes({ topic: ['snapshots'] }, forgotten)]).toEqual([
      true,
      false,
    ]);
    const deleted = message('session.deleted', 'conversations', { facets: { sessionId: 'a' } });
    expect([takes({ sessionId: 'a', since: AT }, deleted), takes({ sessionId: 'b' }, deleted)]).toEqual([
      true,
      false,
    ]);
  });

  it('tells of a resync whatever is wanted, where it may concern it', () => {
    const any = message('resync', undefined);
    const ofEvents = message('resync', 'events');
    expect(takes({ topic: ['snapshots'] }, any, ['snapshot.saved'])).toBe(true);
    expect(takes({ topic: ['events'] }, ofEvents, ['event.resolved'])).toBe(true);
    expect(takes({ topic: ['snapshots'] }, ofEvents)).toBe(false);
  });

  it('is of some types alone', () => {
    expect([takes({}, event, ['event.resolved']), takes({}, event, ['event.saved'])]).toEqual([false, true]);
  });
});
