import { isIP } from 'node:net';

const MAX_ADDRESS_LENGTH = 64;
const GROUPS = 8;
/** A `/64` is what a home or a server is assigned; its owner may choose the other groups freely. */
const NETWORK_GROUPS = 4;

/**
 * The address by which anonymous requests are counted: an IPv4 address, or the network (`/64`) of an IPv6 address.
 * The value that a trusted proxy forwards may be no address at all, and is taken as it is.
 */
export function clientAddress(ip = 'unknown'): string {
  const address = ip.startsWith('::ffff:') ? ip.slice('::ffff:'.length) : ip;
  if (!address.includes(':')) return address.slice(0, MAX_ADDRESS_LENGTH);
  return isIP(address) === 6 ? networkOf(address) : address.slice(0, MAX_ADDRESS_LENGTH);
}

function networkOf(address: string): string {
  const [head = '', tail = ''] = address.split('%', 1).join().split('::');
  const [first, last] = [groupsOf(head), groupsOf(tail)];
  const zeros = Array.from({ length: Math.max(0, GROUPS - first.length - last.length) }, () => '0');
  const network = [...first, ...zeros, ...last].slice(0, NETWORK_GROUPS);
  return `${network.map((group) => parseInt(group, 16).toString(16)).join(':')}::/64`;
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
