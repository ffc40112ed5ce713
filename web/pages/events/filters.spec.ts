import { describe, expect, it } from '@jest/globals';
import type { EventRow } from '../../api/types.js';
import { SEVERITIES } from '../../components/severities.js';
import { filtersOf, filterWords, isOpenAt, queryOf, SOURCES, takes, toggled, TYPES } from './filters.js';

const of = (query: string) => {
  const values = new URLSearchParams(query);
  return filtersOf((name) => values.get(name) ?? undefined);
};
const event = (more: Partial<EventRow> = {}): EventRow => ({
  id: 1,
  timestamp: '2026-11-24T05:31:07.000Z',
  type: 'alert',
  severity: 'error',
  source: 'monitor',
  node: 'pve2',
  summary: 'a',
  details: null,
  resolved: false,
  resolvedAt: null,
  resolvedBy: null,
  ...more,
});

describe('The filters of the address', () => {
  it('are asked of the API as they are; what is no value is left out', () => {
    expect(queryOf(of('severity=error,nonsense&source=monitor,jarvis&node=pve2&open=yes'))).toEqual({
      severity: ['error'],
      source: ['monitor', 'jarvis'],
      node: ['pve2'],
      resolved: false,
    });
    expect(queryOf(of('open=yes'), '2026-11-24T05:31:07.000Z')).toEqual({
      openAt: '2026-11-24T05:31:07.000Z',
    });
    expect(queryOf(of(''))).toEqual({});
  });

  it('take of what arrives what the API would list', () => {
    expect(takes(of('severity=error&node=pve2&open=yes'), event())).toBe(true);
    expect(takes(of('open=yes'), event({ resolved: true }))).toBe(false);
    expect(takes(of('node=pve2'), event({ node: null }))).toBe(false);
    expect(takes(of('type=action'), event())).toBe(false);
  });

  it('are switched on and off', () => {
    expect(toggled(of(''), 'severity', 'info', SEVERITIES)).toEqual({ severity: 'critical,error,warning' });
    expect(toggled(of('severity=critical,error,warning'), 'severity', 'info', SEVERITIES)).toEqual({
      severity: undefined,
    });
    expect(toggled(of('severity=info'), 'severity', 'info', SEVERITIES)).toEqual({ severity: undefined });
    expect(toggled(of(''), 'type', 'action', TYPES)).toEqual({ type: 'action' });
    expect(toggled(of('node=pve1'), 'node', 'pve2', ['pve1', 'pve2'])).toEqual({ node: 'pve1,pve2' });
  });

  it.each([
    ['source', 'monitor,jarvis,system', SOURCES, 'Source is not user'],
    ['source', 'monitor,jarvis', SOURCES, 'Source is monitor or jarvis'],
    ['node', 'pve1', ['pve1', 'pve2'], 'Node is pve1'],
  ] as const)('say what they mean: %s %s', (field, values, all, words) => {
    expect(filterWords(field, values.split(','), all)).toBe(words);
  });
});

describe('An event at a moment', () => {
  const at = Date.parse('2026-11-24T06:00:00.000Z');

  it.each([
    [event(), true],
    [event({ severity: 'info' }), false],
    [event({ timestamp: '2026-11-24T06:30:00.000Z' }), false],
    [event({ resolved: true, resolvedAt: '2026-11-24T06:30:00.000Z' }), true],
    [event({ resolved: true, resolvedAt: '2026-11-24T05:45:00.000Z' }), false],
    [event({ resolved: true }), false],
  ])('is open until it is resolved', (one, isOpen) => {
    expect(isOpenAt(one, at)).toBe(isOpen);
  });

  it('is open now, whatever the clocks say', () => {
    expect(isOpenAt(event({ timestamp: '2099-01-01T00:00:00.000Z' }), undefined)).toBe(true);
    expect(isOpenAt(event({ resolved: true, resolvedAt: '2099-01-01T00:00:00.000Z' }), undefined)).toBe(
      false,
    );
  });
});
