import { readFileSync } from 'node:fs';
import { Chance } from '../recall/chance.js';
import { routineEvents } from '../recall/routine.js';
import type { EventRow } from '../recall/rows.js';
import { makeVocabulary, Zipf } from './vocabulary.js';

/** An event, and when somebody dealt with it; null where nobody has. */
export interface ScaleEvent extends EventRow {
  readonly resolvedAt: string | null;
}

export interface ScaleMessage {
  readonly sessionId: string;
  readonly timestamp: string;
  readonly role: string;
  readonly content: string;
  readonly model: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costUsd: number | null;
}

const NODES = ['pve-01', 'pve-02', 'pve-03', 'nuc-04', 'nuc-05', 'arm-06'];
const ROLES = ['user', 'assistant', 'tool', 'assistant'] as const;
const MODELS = ['claude-sonnet-4-5', 'qwen3:8b'];
const PER_SESSION = 20;
const SESSIONS_AT_A_TIME = 10;
/** One event in so many is still open; the others were for up to six hours: a page of what was open has to look for it. */
const OPEN_EVERY = 10_000;
const MINUTE_MS = 60_000;
const LONGEST_SPAN_MINUTES = 360;
const YEAR_MS = 365 * 24 * 3600 * 1000;
/** The rows are of the four years before it. */
export const SCALE_END = Date.parse('2026-11-20T00:00:00Z');
export const SCALE_START = SCALE_END - 4 * YEAR_MS;
const EVENTS_TEXT = new URL('../../recall/text/routine/events.txt', import.meta.url);

export function scaleSession(index: number): string {
  return `session-${String(index).padStart(6, '0')}`;
}

/** Rows without end that are always the same: of a vocabulary as skewed as a real one, and the routine of a homelab. */
export class ScaleRows {
  private readonly zipf = new Zipf(makeVocabulary());
  private readonly templates = readFileSync(EVENTS_TEXT, 'utf8');
  private readonly messageChance = new Chance(1);
  private readonly eventChance = new Chance(2);
  private readonly spanChance = new Chance(3);

  constructor(private readonly count: number) {}

  /** The next ones: call it for one part after the other. */
  messages(from: number, to: number): ScaleMessage[] {
    return Array.from({ length: to - from }, (_, at) => this.message(from + at));
  }

  events(from: number, to: number): ScaleEvent[] {
    const moments = Array.from({ length: to - from }, (_, at) => this.momentOf(from + at));
    return routineEvents(this.templates, this.eventChance, moments).map((event, at) => ({
      ...event,
      resolved: (from + at) % OPEN_EVERY > 0,
      resolvedAt: (from + at) % OPEN_EVERY > 0 ? this.endOf(moments[at] ?? 0) : null,
    }));
  }

  private endOf(moment: number): string {
    const minutes = LONGEST_SPAN_MINUTES ** this.spanChance.next();
    return new Date(Math.floor(moment + minutes * MINUTE_MS)).toISOString();
  }

  private message(index: number): ScaleMessage {
    const chance = this.messageChance;
    const role = ROLES[index % ROLES.length] ?? 'user';
    const isAnswer = role === 'assistant';
    const block = Math.floor(index / (PER_SESSION * SESSIONS_AT_A_TIME));
    return {
      // Sessions run side by side, so that the messages of one do not lie next to each other.
      sessionId: scaleSession(block * SESSIONS_AT_A_TIME + (index % SESSIONS_AT_A_TIME)),
      timestamp: new Date(this.momentOf(index)).toISOString(),
      role,
      content: proseOf(this.zipf, chance, isAnswer ? chance.whole(12, 70) : chance.whole(4, 40)),
      model: isAnswer ? chance.pick(MODELS) : null,
      inputTokens: isAnswer ? chance.whole(400, 6000) : null,
      outputTokens: isAnswer ? chance.whole(20, 600) : null,
      costUsd: isAnswer ? chance.whole(0, 40_000) / 1e6 : null,
    };
  }

  private momentOf(index: number): number {
    return SCALE_START + Math.floor(((SCALE_END - SCALE_START) * index) / this.count);
  }
}

/** Words of the vocabulary, with a node or a number here and there. */
export function proseOf(zipf: Zipf, chance: Chance, length: number): string {
  const words = Array.from({ length }, () => {
    const luck = chance.next();
    if (luck < 0.02) return chance.pick(NODES);
    return luck < 0.05 ? String(chance.whole(1, 999)) : zipf.draw(chance);
  });
  return `${words.join(' ')}.`;
}
