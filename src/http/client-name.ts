import type { Request } from 'express';
import { clientAddress } from './client-address.js';

/** By whom a request is counted: others at the address of a caller that is known cannot use up its share. */
export function nameOfClient({ ip, user }: Request): string {
  if (user?.keyId !== undefined) return `key ${user.keyId}`;
  return user ? `${user.name} ${clientAddress(ip)}` : clientAddress(ip);
}
