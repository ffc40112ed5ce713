import { describe, expect, it } from '@jest/globals';
import { readCluster } from '../../../src/cluster/read-cluster.js';
import { cellsOf, remarksOf } from './cells.js';

const read = (document: unknown) => readCluster(document)!;
const node = (name: string, status = 'online') => ({ type: 'node', node: name, status });
const guest = (vmid: number, on: string, status = 'running', name = `g${vmid}`) => ({
  type: 'lxc',
  vmid,
  name,
  node: on,
  status,
});

describe('the cluster as cells', () => {
  const before = read([node('pve1'), node('pve2'), guest(101, 'pve1'), guest(102, 'pve1', 'stopped')]);
  const after = read([
    node('pve2', 'offline'),
    node('pve1'),
    guest(101, 'pve2'),
    guest(102, 'pve1'),
    guest(103, 'pve1', 'stopped'),
  ]);

  it('has a cell for each guest, by node, and says what is other than before', () => {
    const nodes = cellsOf(after, before);
    expect(nodes.map(({ name, isUp, running }) => [name, isUp, running])).toEqual([
      ['pve1', true, 1],
      ['pve2', false, 1],
    ]);
    expect(
      nodes.flatMap(({ cells }) => cells.map(({ shape, words, isOther }) => [shape, words, isOther])),
    ).toEqual([
      ['running', '102 g102 running', true],
      ['stopped', '103 g103 stopped, new', true],
      ['moved', '101 g101 running, moved from pve1', true],
    ]);
  });

  it('says nothing of before where there is nothing to compare with', () => {
    expect(cellsOf(before, undefined)[0]!.cells.map(({ words, isOther }) => [words, isOther])).toEqual([
      ['101 g101 running', false],
      ['102 g102 stopped', false],
    ]);
  });

  it('remarks what is full, down or being saved; the fullest storage always', () => {
    const storage = (name: string, used: number, status = 'available') => ({
      storage: name,
      node: 'pve1',
      used,
      total: 100,
      status,
    });
    expect(remarksOf(read([storage('local', 30), storage('tank', 20)]))).toBe('local on pve1 30 %');
    expect(
      remarksOf(
        read({
          quorate: 0,
          all: [
            node('pve1', 'offline'),
            storage('local', 99.9),
            storage('tank', 81),
            storage('nas', 95, 'unknown'),
          ],
          backup: { running: [104] },
        }),
      ),
    ).toBe(
      'no quorum, pve1 down, nas not available, local on pve1 99 %, tank on pve1 81 %, backup of 104 running',
    );
  });
});
