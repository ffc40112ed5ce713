import { readEnvironment } from './config/index.js';
import { serve } from './serve.js';

try {
  await serve(readEnvironment());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
