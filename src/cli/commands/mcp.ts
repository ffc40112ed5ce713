import type { LoggerService } from '@nestjs/common';
import { Option, type Command } from 'commander';
import { ROLES, type Role } from '../../auth/roles.js';
import { printMessage } from '../output.js';
import { readTarget } from '../target.js';

const EXAMPLES = `
Examples:
  claude mcp add jarvis-memory -e DB_PATH=/var/lib/jarvis/jarvis.db -- jarvis-memory mcp
  DB_PATH=/var/lib/jarvis/jarvis.db jarvis-memory mcp --role reader

Agents start it and speak the Model Context Protocol with it: standard output belongs to the protocol, and
messages go to standard error. The database is opened for each call and let go again, also while a service
runs, which takes the writes at once; agents elsewhere use the service itself, at /api/mcp with an API key.
The database has to be there: start the service on it once. DB_PATH has to be a whole path, because the
agent chooses the folder.`;

/** `mcp`: the memory as tools, over standard input and output. */
export function addMcp(program: Command): void {
  program
    .command('mcp')
    .description('Serve the memory as tools to an agent that starts this command (MCP).')
    .addOption(
      new Option('--role <role>', 'what the agent may do')
        .choices([...ROLES])
        .default('writer' satisfies Role),
    )
    .addHelpText('after', EXAMPLES)
    .action(serveTools);
}

/** Loads the service on demand, so that `--help` is fast. */
async function serveTools({ role }: { role: Role }): Promise<void> {
  const target = await readTarget();
  const { describeTarget } = await import('../../config/index.js');
  const { serveMemoryOverStdio } = await import('../../mcp/index.js');
  await serveMemoryOverStdio(target, role, toStderr());
  printMessage(`The memory at ${describeTarget(target)} is ready for an agent, with the role ${role}.\n`);
}

function toStderr(): LoggerService {
  const print = (message: unknown): void => {
    printMessage(`${String(message)}\n`);
  };
  return { log: print, warn: print, error: print, fatal: print };
}
