import type { Command } from 'commander';
import { readEnvironment } from '../../config/index.js';
import { serve } from '../../serve.js';

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('Serve the memory until a signal ends it. Everything is set by environment variables.')
    .addHelpText('after', '\nExample:\n  DB_PATH=/var/lib/jarvis/jarvis.db jarvis-memory serve')
    .action(async () => {
      await serve(readEnvironment());
    });
}
