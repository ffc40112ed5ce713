import { statSync } from 'node:fs';
import { rm, utimes } from 'node:fs/promises';
import type { KeptSecret, SecretsBeside } from '../../database/move.js';
import {
  movedSecret,
  preparedSecret,
  readSecretFile,
  takeMovedSecret,
  writeSecretFile,
} from './secret-file.js';
import type { SecretName } from './secret-store.js';

const NAMES: readonly SecretName[] = ['jwt-secret', 'password-hash'];

/** The secrets beside a database file, for a memory that is moved. Their time is that of the files. */
export const SECRETS_BESIDE_FILE: SecretsBeside = {
  read: (file) => NAMES.flatMap((name) => secretsIn(movedSecret(file, name) ?? `${file}.${name}`, name)),
  prepare: async (file, secrets) => {
    for (const name of NAMES) {
      const secret = secrets.find((one) => one.name === name);
      if (secret) await keep(preparedSecret(file, name), secret);
    }
  },
  replace: async (file, secrets) => {
    for (const name of NAMES) {
      if (secrets.some((one) => one.name === name)) await takeMovedSecret(file, name);
      else await rm(`${file}.${name}`, { force: true });
    }
  },
  settle: async (file) => {
    for (const name of NAMES) await takeMovedSecret(file, name);
  },
  discard: async (file) => {
    for (const name of NAMES) await rm(preparedSecret(file, name), { force: true });
  },
};

function secretsIn(file: string, name: SecretName): KeptSecret[] {
  const stored = readSecretFile(file);
  if (stored.state === 'none') return [];
  if (stored.state !== 'kept') throw new Error(`${file} cannot be read; nothing was moved.`);
  const updatedAt = new Date(Math.round(statSync(file).mtimeMs)).toISOString();
  return [{ name, value: stored.secret, updatedAt }];
}

async function keep(file: string, { value, updatedAt }: KeptSecret): Promise<void> {
  await writeSecretFile(file, value);
  const moment = new Date(updatedAt);
  await utimes(file, moment, moment);
}
