import type { MessageRow } from './turns.js';

export interface Sums {
  readonly tokens: number;
  readonly input: number;
  readonly output: number;
  readonly cost: number;
}

/** What messages took together. */
export function sumsOf(messages: readonly MessageRow[]): Sums {
  const sum = (of: (message: MessageRow) => number | null): number =>
    messages.reduce((total, message) => total + (of(message) ?? 0), 0);
  return {
    tokens: sum(
      ({ tokensUsed, inputTokens, outputTokens }) => tokensUsed ?? (inputTokens ?? 0) + (outputTokens ?? 0),
    ),
    input: sum(({ inputTokens }) => inputTokens),
    output: sum(({ outputTokens }) => outputTokens),
    cost: sum(({ costUsd }) => costUsd),
  };
}
