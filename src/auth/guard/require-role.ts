import { ProblemError } from '../../problems/problem.error.js';
import type { Role } from '../roles.js';
import type { Caller } from './caller.js';

/** @throws ProblemError `forbidden` with the roles that would do. */
export function requireRole({ role }: Caller, roles: readonly Role[]): void {
  if (!roles.includes(role)) throw new ProblemError('forbidden', `${neededRoles(roles)} Yours is ${role}.`);
}

function neededRoles(roles: readonly Role[]): string {
  if (roles.length === 0) return 'This route names no role that may call it.';
  return `This needs the role ${roles.join(' or ')}.`;
}
