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
      if (!secrets.some((one) => one.name === name)) await rm(`${file}.${name}`, { force: true });
    }
    return waitingBeside(file);
  },
  settle: async (file) => {
    const [waiting] = await waitingBeside(file);
    if (waiting !== undefined)
      throw new Error(
        `${waiting} of a memory that was moved here cannot be given its place; nothing was done.`,
      );
  },
  discard: async (file) => {
    for (const name of NAMES) await rm(preparedSecret(file, name), { force: true });
  },
};

/** Gives those that were prepared their place. @returns those that cannot be given it. */
async function waitingBeside(file: string): Promise<string[]> {
  const waiting: string[] = [];
  for (const name of NAMES)
    if (!(await takeMovedSecret(file, name))) waiting.push(preparedSecret(file, name));
  return waiting;
}

function secretsIn(file: string, name: SecretName): KeptSecret[] {
  const stored = readSecretFile(file);
  if (stored.state === 'none') return [];
  if (stored.state !== 'kept') throw new Error(`${file} cannot be read; nothing was copied.`);
  const updatedAt = new Date(Math.round(statSync(file).mtimeMs)).toISOString();
  return [{ name, value: stored.secret, updatedAt }];
}

async function keep(file: string, { value, updatedAt }: KeptSecret): Promise<void> {
  await writeSecretFile(file, value);
  const moment = new Date(updatedAt);
  await utimes(file, moment, moment);
}
