// Prepares what the text index takes in next. It runs in the thread of programs: deriving terms takes processor time.
import type { ThreadReader } from '../thread-program.js';
import { prepareBatch, type Batch, type BatchInput } from './batch.js';

export function run(reader: ThreadReader, input: BatchInput): Promise<Batch | undefined> {
  return prepareBatch(reader, input);
}
