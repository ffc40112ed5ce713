import { exitCodeOf } from './cli/exit.js';
import { reasonOf } from './common/errors.js';
import { printable } from './common/printable.js';
import { readEnvironment } from './config/index.js';
import { serve } from './serve.js';

try {
  await serve(readEnvironment());
} catch (error) {
  process.stderr.write(`${printable(reasonOf(error))}\n`);
  process.exit(exitCodeOf(error));
}
