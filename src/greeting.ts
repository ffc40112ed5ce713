import type { Password } from './auth/index.js';
import { printable } from './text/printable.js';
import { databaseTarget, describeTarget, type Environment } from './config/index.js';

/**
 * Prints the addresses and the generated password to the operator. Not to the log, because the password is shown only
 * this once. Where standard output is no terminal, it carries log lines only, so the greeting goes to standard error.
 */
export function greet(address: string, environment: Environment, password: Password): void {
  const lines = [
    ...(environment.EXPLORER ? [`Explorer:    ${address}/ui/`] : []),
    `API:         ${address}/api`,
    `Swagger UI:  ${address}/api/docs`,
    `Database:    ${describeTarget(databaseTarget(environment))}`,
    ...(password.generated === undefined
      ? []
      : [`Password:    ${password.generated}   (shown only this once)`]),
  ];
  const output = process.stdout.isTTY ? process.stdout : process.stderr;
  output.write(printable(`\n${lines.join('\n')}\n\n`));
}
