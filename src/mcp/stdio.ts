import type { McpServerFactory } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { Logger, type LoggerService } from '@nestjs/common';
import type { Role } from '../auth/roles.js';
import { Database, type DatabaseTarget } from '../database/index.js';
import { codeOf } from '../problems/errors.js';
import { accessAlongside } from './alongside.js';
import { createMemoryServer } from './memory-server.js';
import { mayRead } from './resources.js';
import { StdioSubscriptions } from './stdio-subscriptions.js';

/**
 * Serves the memory as tools over standard input and output, until the client closes them.
 * @param logger must not write to standard output, which belongs to the protocol.
 * @throws Error where the database cannot be used as it is; one that another process is busy with may be usable later.
 */
export async function serveMemoryOverStdio(
  target: DatabaseTarget,
  role: Role,
  logger: LoggerService,
): Promise<void> {
  Logger.overrideLogger(logger);
  try {
    await Database.openAlongside(target, 'read', () => Promise.resolve());
  } catch (error) {
    if (codeOf(error) !== 'DATABASE_IN_USE') throw error;
  }
  const access = accessAlongside(target);
  const subscriptions = new StdioSubscriptions(access);
  const factory: McpServerFactory = ({ era }) => {
    const server = createMemoryServer(access, role, true);
    if (mayRead(role)) subscriptions.serve(server, era);
    return server;
  };
  serveStdio(factory, {
    transport: subscriptions.transport,
    onerror: ({ message }) => {
      logger.debug?.(message, 'MCP');
    },
  });
}
