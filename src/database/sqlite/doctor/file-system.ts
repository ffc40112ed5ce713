import { broken, good, limit, type Finding } from '../../finding.js';
import { mountOf, NETWORK, NO_LOCKS } from './mount.js';

const IN_MEMORY = ['tmpfs', 'ramfs'];
/** What is told to be on the disk is in its cache. */
const NO_SYNC = /^(?:nobarrier|barrier=0|barrier=none)$/;

/** @param folder the real path. */
export function checkFileSystem(folder: string, table?: string): Finding {
  const subject = 'file system';
  const mount = mountOf(folder, table);
  if (!mount) return good(subject, 'The system does not say which one it is.');
  const { type, point, options } = mount;
  if (options.includes('ro')) return broken(subject, `${type} at ${point} can only be read.`);
  if (IN_MEMORY.includes(type))
    return broken(subject, `${point} is in memory (${type}): a restart of the machine loses everything.`);
  const [noLocks, noSync] = [NO_LOCKS, NO_SYNC].map((names) => options.find((name) => names.test(name)));
  if (noLocks !== undefined)
    return broken(subject, `${type} at ${point} has no locks that hold (${noLocks}).`, TWO_WRITERS);
  if (noSync !== undefined)
    return broken(subject, `${type} at ${point} does not wait for the disk (${noSync}).`, POWER_CUT);
  if (NETWORK.test(type)) return limit(subject, `${point} is reached over a network (${type}).`, SHARE);
  if (type === 'overlay') return limit(subject, `${point} is a layer of a container (overlay).`, LAYER);
  return good(subject, `${type} at ${point}.`);
}

const TWO_WRITERS = 'Two processes on the file would damage it.';
const POWER_CUT = 'A power cut loses what was acknowledged, and may damage the file.';
const SHARE =
  'Locks and syncs are as good as those of the share: keep the database on a local disk, or take PostgreSQL.';
const LAYER = 'It goes with the container: keep the database in a volume.';
