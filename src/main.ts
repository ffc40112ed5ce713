import { exitCodeOf } from './cli/exit.js';
import { reasonOf } from './common/errors.js';
import { readEnvironment } from './config/index.js';
import { serve } from './serve.js';

try {
  await serve(readEnvironment());
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exit(exitCodeOf(error));
}
