import { describe, expect, it } from '@jest/globals';
import { stemOf } from '../../text/stem.js';
import { editDistance } from './edit-distance.js';
import { nearestTerm, vocabularyOf } from './vocabulary.js';

describe('The distance of two words', () => {
  it.each([
    ['backup', 'backup', 0],
    ['bakcup', 'backup', 1],
    ['bckup', 'backup', 1],
    ['backuup', 'backup', 1],
    ['packup', 'backup', 1],
    ['pakcup', 'backup', 2],
    ['disk', 'tape', 3],
    ['a', 'abcdef', 3],
  ])('%s, %s is %d, or past the maximum', (one, other, distance) => {
    expect(editDistance(one, other, 2)).toBe(distance);
    expect(editDistance(other, one, 2)).toBe(distance);
  });
});

describe('A word that is in no row', () => {
  const terms = vocabularyOf([
    'The backup of the certificate is failing: storage and cluster',
    'backup',
    'packet',
  ]);

  it.each([
    ['bakcup', 'backup'],
    ['backupp', 'backup'],
    ['failng', 'failing'],
    ['certifcate', 'certificate'],
    ['strage', 'storage'],
    ['clutser', 'cluster'],
  ])('%s stands for %s', (typed, meant) => {
    expect(nearestTerm(typed, terms)).toBe(stemOf(meant));
  });

  it.each(['bacpuk', 'kitchen', 'tape'])('%s stands for none that is far', (typed) => {
    expect(nearestTerm(typed, terms)).toBeUndefined();
  });
});
