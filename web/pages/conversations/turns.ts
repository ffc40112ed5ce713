import type { Schemas } from '../../api/types.js';
import { callsOf, type Call } from './tool-calls.js';

export type MessageRow = Schemas['MessageDto'];

/** A call with what came back, which is a message of its own. */
export interface ToolPart extends Call {
  readonly kind: 'tool';
  readonly message: MessageRow;
  readonly result: MessageRow | undefined;
}

export interface TextPart {
  readonly kind: 'text';
  readonly message: MessageRow;
}

/** What one side did before the other spoke: calls of tools, and what was said. */
export interface Turn {
  /** The id of its first message. */
  readonly id: number;
  readonly role: string;
  readonly at: string;
  readonly model: string | null;
  readonly tokens: number;
  readonly parts: readonly (TextPart | ToolPart)[];
}

interface OpenTurn extends Turn {
  model: string | null;
  tokens: number;
  readonly parts: (TextPart | ToolPart)[];
}

/** Messages as turns: results stand with their calls, and calls with the answer that they led to. */
export function turnsOf(messages: readonly MessageRow[]): Turn[] {
  const turns: OpenTurn[] = [];
  for (const message of messages) {
    const last = turns.at(-1);
    if (message.role === 'tool' && last && addResult(last, message)) continue;
    const turn = last && goesOn(last, message) ? last : begun(message, turns);
    turn.tokens += message.tokensUsed ?? 0;
    turn.model ??= message.model;
    turn.parts.push(...partsOf(message));
  }
  return turns;
}

function begun(message: MessageRow, turns: OpenTurn[]): OpenTurn {
  const { id, role, timestamp: at, model } = message;
  const turn = { id, role, at, model, tokens: 0, parts: [] };
  turns.push(turn);
  return turn;
}

/** An assistant goes on until it has said something. */
function goesOn(turn: Turn, { role }: MessageRow): boolean {
  return role === 'assistant' && turn.role === role && turn.parts.every(({ kind }) => kind === 'tool');
}

function partsOf(message: MessageRow): (TextPart | ToolPart)[] {
  if (message.role === 'tool') {
    const [call] = callsOf(message.toolCalls);
    return [tool(message, call ?? { id: undefined, name: 'tool', given: undefined }, message)];
  }
  const calls = callsOf(message.toolCalls).map((call) => tool(message, call, undefined));
  return message.content === '' && calls.length > 0 ? calls : [...calls, { kind: 'text', message }];
}

function tool(message: MessageRow, call: Call, result: MessageRow | undefined): ToolPart {
  return { ...call, kind: 'tool', message, result };
}

/** Puts a result to the call that it answers: the one with its id, or else the first that has none yet. */
function addResult(turn: OpenTurn, message: MessageRow): boolean {
  const id = callsOf(message.toolCalls)[0]?.id;
  const isWaiting = (part: TextPart | ToolPart): part is ToolPart =>
    part.kind === 'tool' && part.result === undefined;
  const index = turn.parts.findIndex(
    (part) => isWaiting(part) && (id === undefined || part.id === undefined || part.id === id),
  );
  const part = turn.parts[index];
  if (part?.kind !== 'tool') return false;
  turn.parts[index] = { ...part, result: message };
  turn.tokens += message.tokensUsed ?? 0;
  return true;
}

/** A prompt with all that followed until the next; all turns where nobody asked. */
export function turnsOfPrompt(turns: readonly Turn[], prompt: number | undefined): readonly Turn[] {
  const from = turns.findIndex(({ id }) => id === prompt);
  if (from < 0) return turns;
  const length = turns.slice(from + 1).findIndex(({ role }) => role === 'user');
  return turns.slice(from, length < 0 ? undefined : from + 1 + length);
}

/** What was said by the user: what one jumps by. */
export function promptsOf(messages: readonly MessageRow[]): MessageRow[] {
  return messages.filter(({ role }) => role === 'user');
}

/** The messages that hold a text, whatever its case, in what was said or in what tools were given. */
export function messagesWith(messages: readonly MessageRow[], text: string): MessageRow[] {
  if (text === '') return [];
  const wanted = text.toLowerCase();
  const holds = (value: string): boolean => value.toLowerCase().includes(wanted);
  return messages.filter(
    ({ content, toolCalls }) => holds(content) || (toolCalls !== null && holds(JSON.stringify(toolCalls))),
  );
}
