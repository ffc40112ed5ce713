import type { MessageInput } from '../../src/conversations/index.js';
import { Chance } from '../chance.js';
import { dateOf, iso, MINUTE, round, SECOND } from '../time.js';
import { PRICES, type ModelName, type Script, type Turn } from './script.js';

/** What Jarvis is told before every conversation. */
const INSTRUCTION_TOKENS = 1240;
const CHARACTERS_A_TOKEN = 3.8;
const CHARACTERS_A_SECOND = 90;

/** A message as the service takes it, but for the conversation and the moment that all have in common. */
type Said = Omit<MessageInput, 'sessionId' | 'timestamp'>;

/** Writes a script down as messages: paced like people and models speak, with tokens and costs that add up. */
export function transcribe({ topic, model, startsAt, turns }: Script, seed: number): MessageInput[] {
  const sessionId = `chat-${dateOf(startsAt)}-${topic}`;
  const chance = new Chance(seed, sessionId);
  let context = INSTRUCTION_TOKENS;
  let moment = startsAt;
  return turns.flatMap((turn, index) =>
    messagesOf(turn, index, model).map((said) => {
      const counted = said.role === 'assistant' ? { ...said, ...usage(said, model, context) } : said;
      context += tokensOf(said);
      if (index > 0 || said.role === 'tool') moment += pause(said, chance);
      return { sessionId, ...counted, timestamp: iso(moment) };
    }),
  );
}

function messagesOf(turn: Turn, index: number, model: ModelName): Said[] {
  if (turn.by !== 'tool') {
    return [
      turn.by === 'jarvis'
        ? { role: 'assistant', content: turn.text, model }
        : { role: turn.by, content: turn.text },
    ];
  }
  const { name, given, result } = turn;
  const id = `call_${index}`;
  return [
    { role: 'assistant', content: '', model, toolCalls: [{ id, name, arguments: given }] },
    { role: 'tool', content: JSON.stringify(result), toolCalls: { id, name } },
  ];
}

function tokensOf({ content, toolCalls }: Said): number {
  const characters = content.length + (toolCalls ? JSON.stringify(toolCalls).length : 0);
  return 4 + Math.ceil(characters / CHARACTERS_A_TOKEN);
}

type Usage = Pick<MessageInput, 'tokensUsed' | 'inputTokens' | 'outputTokens' | 'costUsd'>;

function usage(said: Said, model: ModelName, inputTokens: number): Usage {
  const outputTokens = tokensOf(said);
  const { input, output } = PRICES[model];
  const costUsd = round((inputTokens * input + outputTokens * output) / 1_000_000, 6);
  return { tokensUsed: inputTokens + outputTokens, inputTokens, outputTokens, costUsd };
}

/** People think before they write; a model writes at once, but not all at once. */
function pause({ role, content }: Said, chance: Chance): number {
  if (role === 'user') return Math.round(chance.between(0.3, 1.2) * MINUTE);
  if (role === 'tool') return Math.round(chance.between(0.2, 2.5) * SECOND);
  return Math.round(chance.between(0.9, 2) * SECOND + (content.length / CHARACTERS_A_SECOND) * SECOND);
}
