import type { Story } from '../story.js';

/** One thing that is said or done in a conversation. */
export type Turn =
  | { readonly by: 'system' | 'user' | 'jarvis'; readonly text: string }
  /** Jarvis calls a tool, with these arguments, and gets this result. */
  | { readonly by: 'tool'; readonly name: string; readonly given: object; readonly result: object };

/** A conversation before anybody has counted its tokens. */
export interface Script {
  /** The end of its session id, after the date. */
  readonly topic: string;
  readonly model: ModelName;
  readonly startsAt: number;
  readonly turns: readonly Turn[];
}

/** Tells a conversation of the day. */
export type Scene = (story: Story) => Script;

/** US dollars for a million tokens, in and out. The second one runs at home. */
export const PRICES = {
  'claude-sonnet-4-5': { input: 3, output: 15 },
  'qwen3:8b': { input: 0, output: 0 },
} as const;
export type ModelName = keyof typeof PRICES;

export const user = (text: string): Turn => ({ by: 'user', text });
export const jarvis = (text: string): Turn => ({ by: 'jarvis', text });
export const system = (text: string): Turn => ({ by: 'system', text });
export const tool = (name: string, given: object, result: object): Turn => ({
  by: 'tool',
  name,
  given,
  result,
});
