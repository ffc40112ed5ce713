import type { Role } from '../../src/auth/roles.js';
import type { TestService } from '../support/service.js';

/** A new API key of a role, made over HTTP. */
export async function aKey(
  service: TestService,
  role: Role,
  expiresAt?: string,
): Promise<{ id: number; secret: string }> {
  const { body } = await service
    .call('post', '/auth/keys')
    .send({ name: `the ${role} of the tests`, role, expiresAt })
    .expect(201);
  return { id: body.key.id as number, secret: body.secret as string };
}
