import { describe, expect, it } from '@jest/globals';
import { names } from './names.js';

describe('A text names a node', () => {
  it.each([
    ['node pve1 left', true],
    ['guest 101 moved from pve2 to pve1', true],
    ['Backup on (pve1) failed.', true],
    ['pve1: lost quorum', true],
    ['The disk is full on pve1.', true],
    ['node pve10 left', false],
    ['storage local of pve1-backup is full', false],
    ['my_pve1', false],
    ['', false],
  ])('%j: %s', (text, does) => {
    expect(names(text, 'pve1')).toBe(does);
  });
});
