import { isIP } from 'node:net';

const LONGEST_NAME = 64;
const GROUPS = 8;
/** A home or a server is given that much of an IPv6 address; whoever has it may choose the rest at will. */
const NETWORK_GROUPS = 4;

/**
 * What requests are counted by when nothing else tells who sends them: an IPv4 address, or the network (`/64`) of an
 * IPv6 address. What a trusted proxy calls its client may be no address at all, and is taken as it is.
 */
export function clientAddress(ip = 'unknown'): string {
  const address = ip.startsWith('::ffff:') ? ip.slice('::ffff:'.length) : ip;
  if (!address.includes(':')) return address.slice(0, LONGEST_NAME);
  return isIP(address) === 6 ? networkOf(address) : address.slice(0, LONGEST_NAME);
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
