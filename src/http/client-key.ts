import type { Request } from 'express';
import { clientAddress } from './client-address.js';

/**
 * The key by which requests are counted: the API key, or the user with the address, or the address alone. A signed-in
 * caller has its own count, so that anonymous requests from the same address cannot exhaust it.
 */
export function clientKeyOf({ ip, user }: Request): string {
  if (user?.keyId !== undefined) return `key ${user.keyId}`;
  return user ? `${user.name} ${clientAddress(ip)}` : clientAddress(ip);
}
