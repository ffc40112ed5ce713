import type { Question } from './rows.js';
import type { Found, Seeker } from './seekers.js';

/** How well one question was answered. */
export interface Mark {
  readonly question: Question;
  readonly found: Found;
  /** Shares of the rows that answer it among the first five and ten. */
  readonly at5: number;
  readonly at10: number;
  /** One over the place of the first of them; 0 where there is none among the first ten. */
  readonly reciprocal: number;
}

export const METRICS = {
  'recall@5': ({ at5 }: Mark) => at5,
  'recall@10': ({ at10 }: Mark) => at10,
  MRR: ({ reciprocal }: Mark) => reciprocal,
} as const;
export type Metric = keyof typeof METRICS;

export async function examine(seeker: Seeker, questions: readonly Question[]): Promise<Mark[]> {
  const marks: Mark[] = [];
  for (const question of questions) marks.push(mark(question, await seeker.find(question.query)));
  return marks;
}

function mark(question: Question, found: Found): Mark {
  const share = (depth: number) => {
    const first = new Set(found.keys.slice(0, depth));
    return question.answers.filter((key) => first.has(key)).length / question.answers.length;
  };
  const place = found.keys.findIndex((key) => question.answers.includes(key));
  return { question, found, at5: share(5), at10: share(10), reciprocal: place < 0 ? 0 : 1 / (place + 1) };
}

/** Every question counts alike. In percent. */
export function mean(marks: readonly Mark[], metric: Metric): number {
  const values = marks.map(METRICS[metric]);
  return (100 * values.reduce((sum, value) => sum + value, 0)) / values.length;
}
