import type { Command } from 'commander';

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('Serve the memory until a signal ends it.')
    .addHelpText('after', '\nExample:\n  DB_PATH=/var/lib/jarvis/jarvis.db jarvis-memory serve')
    .action(async () => {
      const { readEnvironment } = await import('../../config/environment.js');
      const environment = readEnvironment();
      const { serve } = await import('../../serve.js');
      await serve(environment);
    });
}
