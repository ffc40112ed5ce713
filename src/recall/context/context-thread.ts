// Makes context packs in a thread: the tokenizer is large and slow, and nobody waits for it.
import type { ThreadReader } from '../../database/programs.js';
import { buildContext } from './build-context.js';
import type { ContextInput, ContextOutput } from './context.types.js';

export function run(reader: ThreadReader, input: ContextInput): Promise<ContextOutput> {
  return buildContext(reader, input);
}
