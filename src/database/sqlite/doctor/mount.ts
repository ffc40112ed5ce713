import { readFileSync } from 'node:fs';

/** A file system where it is mounted. */
export interface Mount {
  readonly point: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** Folders that other machines may write too, or that reach the disk over something like a network. */
export const NETWORK =
  /^(?:nfs\d?|cifs|smb3?|smbfs|9p|virtiofs|afs|ceph|lustre|gfs2?|ocfs2|glusterfs|vboxsf|vmhgfs|davfs|fuse\.(?:sshfs|glusterfs|ceph\S*|juicefs|davfs\d?|rclone|s3fs|smb\w*|vmhgfs\S*|mfs))$/;
/** Locks of one machine are not those of another, or there are none. */
export const NO_LOCKS = /^(?:nolock|nobrl|local_lock=(?:all|posix))$/;

const MOUNTS = '/proc/self/mountinfo';
const POINT_FIELD = 4;
const OPTIONS_FIELD = 5;

/** The mount that holds a folder; undefined where the system does not tell. @param folder its real path. */
export function mountOf(folder: string, table = readMounts()): Mount | undefined {
  const holds = ({ point }: Mount): boolean =>
    folder === point || folder.startsWith(point.endsWith('/') ? point : `${point}/`);
  // Of two with the same point the later one hides the other.
  return parseMounts(table)
    .filter(holds)
    .reduce<Mount | undefined>(
      (best, mount) => (mount.point.length >= (best?.point.length ?? 0) ? mount : best),
      undefined,
    );
}

/** Whether other machines may use a folder whose locks are not seen here. @param folder its real path. */
export function isShared(folder: string, table?: string): boolean {
  const mount = mountOf(folder, table);
  return mount !== undefined && (NETWORK.test(mount.type) || mount.options.some((one) => NO_LOCKS.test(one)));
}

/** The format is that of proc(5): the fields after ` - ` are the type, the source and the options of the file system. */
function parseMounts(table: string): Mount[] {
  return table
    .split('\n')
    .filter((line) => line.includes(' - '))
    .map((line) => {
      const [mount = '', system = ''] = line.split(' - ');
      const fields = mount.split(' ');
      const [type = '', , own = ''] = system.split(' ');
      const options = `${fields[OPTIONS_FIELD] ?? ''},${own}`.split(',');
      return { point: unescaped(fields[POINT_FIELD] ?? ''), type, options };
    });
}

function unescaped(text: string): string {
  return text.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

function readMounts(): string {
  try {
    return readFileSync(MOUNTS, 'utf8');
  } catch {
    return '';
  }
}
