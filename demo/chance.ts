/**
 * Chance that repeats itself: the same seed gives the same numbers, so that the day of the demo can be made again.
 * Each topic draws from a stream of its own; changing one topic leaves the others as they are.
 */
export class Chance {
  private state: number;

  constructor(seed: number, topic: string) {
    this.state = hash(`${seed}/${topic}`);
  }

  /** A number from 0 up to, not including, 1. */
  next(): number {
    this.state = (this.state + GOLDEN) | 0;
    return mix(this.state) / TWO_TO_32;
  }

  between(min: number, max: number): number {
    return min + this.next() * (max - min);
  }

  /** A whole number, both ends included. */
  whole(min: number, max: number): number {
    return Math.floor(this.between(min, max + 1));
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.whole(0, items.length - 1)] ?? items[0];
  }
}

/**
 * A curve that wanders between -1 and 1 and depends on nothing but its arguments: any moment can be asked for, in
 * any order. Two moments that are much closer than the step have nearly the same value.
 */
export function wander(seed: number, name: string, moment: number, stepMs: number): number {
  const place = moment / stepMs;
  const step = Math.floor(place);
  const [from, to] = [step, step + 1].map((at) => mix(hash(`${seed}/${name}/${at}`)) / TWO_TO_32);
  const eased = (1 - Math.cos((place - step) * Math.PI)) / 2;
  return 2 * ((from ?? 0) * (1 - eased) + (to ?? 0) * eased) - 1;
}

const TWO_TO_32 = 2 ** 32;
const GOLDEN = 0x6d2b79f5;

/** The finisher of the generator mulberry32. */
function mix(state: number): number {
  let bits = Math.imul(state ^ (state >>> 15), state | 1);
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
  return (bits ^ (bits >>> 14)) >>> 0;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return sum | 0;
}
