#!/usr/bin/env node
import { Command } from 'commander';
import { VERSION } from '../config/index.js';
import { addKeys } from './commands/keys.js';
import { addPassword } from './commands/password.js';
import { addServe } from './commands/serve.js';
import { EXIT, reasonOf } from './exit.js';

const program = new Command('jarvis-memory')
  .description('The shared, persistent memory of Jarvis.')
  .version(VERSION)
  .showHelpAfterError('(--help explains)')
  .configureOutput({ writeErr: (text) => process.stderr.write(text) });

for (const add of [addServe, addKeys, addPassword]) add(program);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exitCode = EXIT.FAILED;
}
