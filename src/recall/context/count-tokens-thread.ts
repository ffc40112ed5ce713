// Counts tokens in a thread: the tokenizer is large, and long texts take it a while.
import type { ThreadReader } from '../../database/programs.js';
import { TokenCounter } from './tokens.js';

export async function run(_: ThreadReader, texts: readonly string[]): Promise<number[]> {
  const tokens = await TokenCounter.load();
  return texts.map((text) => tokens.count(text));
}
