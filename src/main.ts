import { exitCodeOf } from './cli/exit.js';
import { reasonOf } from './problems/errors.js';
import { printable } from './text/printable.js';
import { readEnvironment } from './config/index.js';
import { serve } from './serve.js';

try {
  await serve(readEnvironment());
} catch (error) {
  process.stderr.write(`${printable(reasonOf(error))}\n`);
  process.exit(exitCodeOf(error));
}
