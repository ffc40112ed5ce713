import { writeJson } from '../json/index.js';
import { PROBLEMS } from '../problems/catalogue.js';
import type { ProblemError } from '../problems/problem.error.js';

/** The result of a tool, in the form of the protocol. */
export interface ToolResult {
  readonly content: { readonly type: 'text'; readonly text: string }[];
  readonly structuredContent?: Record<string, unknown>;
  readonly isError?: true;
  readonly [name: string]: unknown;
}

/** More would not fit into an answer. */
const MAX_SHOWN_ERRORS = 5;

/** The answer as text and as data: clients show a model one or the other. Documents in the text are verbatim. */
export function answerResult(answer: object): ToolResult {
  return {
    content: [{ type: 'text', text: writeJson(answer) }],
    structuredContent: answer as Record<string, unknown>,
  };
}

/** A problem as the model reads it. It is no protocol error: those do not reach the model, which can help itself. */
export function problemResult({ code, message, errors, retryAfterSeconds }: ProblemError): ToolResult {
  const { title, remedy } = PROBLEMS[code];
  const shown = errors?.slice(0, MAX_SHOWN_ERRORS);
  const problem = { code, title, detail: message, errors: shown, retryAfterSeconds, remedy };
  return { content: [{ type: 'text', text: writeJson(problem) }], isError: true };
}
