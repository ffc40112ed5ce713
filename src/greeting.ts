import { resolve } from 'node:path';
import type { Password } from './auth/index.js';
import { printable } from './text/printable.js';
import type { Environment } from './config/index.js';

/**
 * Tells whoever started the program where everything is. Not in the log: it holds the generated password, the only
 * time that it can be seen. Where standard output is no terminal, it carries the lines of the log and nothing else.
 */
export function greet(address: string, environment: Environment, password: Password): void {
  const lines = [
    `Jarvis memory listens on ${address}/api`,
    `Swagger UI:  ${address}/api/docs`,
    `Database:    ${resolve(environment.DB_PATH)}`,
    ...(password.generated === undefined
      ? []
      : [`Password:    ${password.generated}   (shown only this once)`]),
  ];
  const output = process.stdout.isTTY ? process.stdout : process.stderr;
  output.write(printable(`\n${lines.join('\n')}\n\n`));
}
