import { describe, expect, it } from '@jest/globals';
import { scopeOf } from './keyset-page.js';

describe('The scope of a list', () => {
  it('is the same however the filters were written', () => {
    expect(scopeOf('events', { type: ['alert'], node: ['pve1'] })).toBe(
      scopeOf('events', { node: ['pve1'], type: ['alert'], since: undefined }),
    );
  });

  it('leaves out what only says which part of the list is wanted', () => {
    expect(scopeOf('snapshots', { limit: 5, cursor: 'x', view: 'meta' })).toBe(scopeOf('snapshots'));
  });

  it('differs for another list, another filter and another value', () => {
    const scopes = [
      scopeOf('events'),
      scopeOf('sessions'),
      scopeOf('events', { type: ['alert'] }),
      scopeOf('events', { type: ['action'] }),
      scopeOf('events', { node: ['alert'] }),
      scopeOf('events', { resolved: false }),
    ];
    expect(new Set(scopes).size).toBe(scopes.length);
  });
});
