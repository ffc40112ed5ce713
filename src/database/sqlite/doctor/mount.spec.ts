import { describe, expect, it } from '@jest/globals';
import { isShared, mountOf } from './mount.js';
import { checkFileSystem } from './file-system.js';

const TABLE = [
  '22 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard',
  '40 22 0:40 / /srv/a\\040b rw,nosuid shared:1 - nfs4 nas:/b rw,vers=4.2,local_lock=none',
  '41 22 0:41 / /srv rw - tmpfs tmpfs rw,size=1024k',
  '42 41 0:42 / /srv rw - cifs //nas/share rw,nobrl',
  '43 22 0:43 / /power rw - ext4 /dev/vdb rw,nobarrier',
  '44 22 0:44 / /seal ro,relatime - ext4 /dev/vdc ro',
  '45 22 0:45 / /memory rw - tmpfs tmpfs rw',
  '46 22 0:46 / /phone rw shared:7 master:1 - fuse.sshfs me@host: rw,user_id=0',
  '47 22 0:47 / /layer rw - overlay overlay rw,lowerdir=/a,upperdir=/b',
  '48 22 0:48 / /host rw - virtiofs host rw',
  '49 22 0:49 / /cloud rw - fuse.davfs https://x.lan/dav rw',
].join('\n');

describe('The file system of a folder', () => {
  it.each([
    ['/home/jarvis', '/', 'ext4'],
    ['/srvice', '/', 'ext4'],
    ['/srv', '/srv', 'cifs'],
    ['/srv/a b', '/srv/a b', 'nfs4'],
    ['/srv/a b/c', '/srv/a b', 'nfs4'],
    ['/srv/a bc', '/srv', 'cifs'],
  ])('of %s is that of the nearest mount, and of two there the later one', (folder, point, type) => {
    expect(mountOf(folder, TABLE)).toMatchObject({ point, type });
  });

  it('is unknown where the system has no table of mounts', () => {
    expect(mountOf('/srv', '')).toBeUndefined();
    expect(checkFileSystem('/srv', '')).toMatchObject({ level: 'good' });
  });

  it.each([
    ['/home', 'good', /^ext4/],
    ['/srv/a b', 'limit', /network \(nfs4\)/],
    ['/srv', 'broken', /nobrl/],
    ['/power', 'broken', /nobarrier/],
    ['/seal', 'broken', /only be read/],
    ['/memory', 'broken', /in memory \(tmpfs\)/],
    ['/phone', 'limit', /network \(fuse\.sshfs\)/],
    ['/layer', 'limit', /overlay/],
  ])('of %s is %s', (folder, level, found) => {
    expect(checkFileSystem(folder, TABLE)).toMatchObject({ level, found: expect.stringMatching(found) });
  });

  it('may have locks of machines that this one does not see', () => {
    const folders = ['/home', '/srv/a b', '/srv', '/power', '/phone', '/layer', '/host', '/cloud'];
    const shared = ['/srv/a b', '/srv', '/phone', '/host', '/cloud'];
    expect(folders.filter((folder) => isShared(folder, TABLE))).toEqual(shared);
    expect(isShared('/srv', '')).toBe(false);
  });
});
