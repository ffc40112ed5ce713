import { describe, expect, it } from '@jest/globals';
import { maskedSummary, patternOf } from './pattern.js';

describe('The pattern of an event', () => {
  it.each([
    ['Disk usage on pve2 is at 91.4 %', 'disk usage on # is at # %'],
    ['Backup of VM 104 to nas-2 failed after 1:02:33', 'backup of vm # to # failed after #'],
    ['Link of bc:24:11:0a:9F:01 is down', 'link of # is down'],
    ['Ping of 10.0.0.5:8006 and fe80::1ff:fe23:4567:890a lost', 'ping of # and # lost'],
    ['UPID:pve2:0003A2F1:01A2B3C4:655F1A2B:vzdump:104:root@pam: ended', '# ended'],
    ['Commit 3f2a9c17 of 550e8400-e29b-41d4-a716-446655440000 at 0xdead', 'commit # of # at #'],
    ['Certificate of cloud.example.com ends 2026-11-22T20:15:00Z', 'certificate of # ends #'],
    ['ATHENA is back, athenaeum is not', '# is back, athenaeum is not'],
    ['nginx.service failed', 'nginx.service failed'],
    ['备份 104 失败', '备份 # 失败'],
  ])('of %j is %j', (summary, masked) => {
    expect(maskedSummary(summary, 'athena')).toBe(masked);
  });

  it('has the same terms for years', () => {
    const event = {
      source: 'monitor',
      type: 'alert',
      node: 'pve2',
      summary: 'Disk usage on pve2 is at 91 %',
    };
    expect(patternOf(event)).toEqual({
      text: 'disk usage on # is at # %',
      term: 'xp2536736458580110',
      nodeTerm: 'xq2328865376959800',
    });
  });

  it('differs by source, type and node, and only the term of the node by node', () => {
    const event = { source: 'monitor', type: 'alert', node: 'pve2', summary: 'Down' };
    const { term, nodeTerm } = patternOf(event);
    expect(patternOf({ ...event, node: 'pve3' }).term).toBe(term);
    expect(patternOf({ ...event, node: null }).nodeTerm).not.toBe(nodeTerm);
    expect(patternOf({ ...event, type: 'status' }).term).not.toBe(term);
    expect(patternOf({ ...event, source: 'user' }).term).not.toBe(term);
  });

  it('takes a name of the node that is a pattern itself as it is', () => {
    expect(maskedSummary('a.*b is down, axxb is up', '.*')).toBe('a.*b is down, axxb is up');
    expect(maskedSummary('(.* is down', '(.*')).toBe('# is down');
  });
});
