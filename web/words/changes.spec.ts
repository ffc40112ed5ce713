import { describe, expect, it } from '@jest/globals';
import { changeWords, glyphOf, isLarge, weightiestFirst } from './changes.js';

describe('changes in words', () => {
  it('name a guest by number and name, and begin with a capital letter', () => {
    expect(changeWords('guest lxc/304 (books) went from running to stopped')).toBe(
      '304 books went from running to stopped',
    );
    expect(changeWords('node pve2 left; guest 104 (dns) moved from pve1 to pve2')).toBe(
      'Node pve2 left; 104 dns moved from pve1 to pve2',
    );
    expect(changeWords('storage local on pve2 crossed 95 %')).toBe('Storage local on pve2 crossed 95 %');
    expect(changeWords('')).toBe('');
  });

  it('come by weight; kinds that are not known come last, in their order', () => {
    const kinds = ['structure.changed', 'new.one', 'guest.moved', 'new.other', 'quorum.lost'];
    expect(weightiestFirst(kinds.map((kind) => ({ kind }))).map(({ kind }) => kind)).toEqual([
      'quorum.lost',
      'guest.moved',
      'structure.changed',
      'new.one',
      'new.other',
    ]);
  });

  it('are large where a guest, a node or a storage is concerned', () => {
    expect(
      ['guest.stopped', 'node.left', 'storage.crossed', 'guest.moved'].every((kind) => isLarge([kind])),
    ).toBe(true);
    expect(isLarge(['backup.began', 'structure.changed'])).toBe(false);
    expect(isLarge(undefined)).toBe(false);
    expect(glyphOf('node.returned')).toBe('fixed');
    expect(glyphOf('whatever')).toBe('info');
  });
});
