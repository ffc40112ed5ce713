import type { Progress } from '../progress.js';
import { spread } from '../statistics.js';
import type { Contender, Figure, FigurePlan, Sample } from '../types.js';

/**
 * Lets the contenders of a figure take turns: in every round another one begins, so that a machine that is slow for a
 * while is slow for all of them. What fails is kept as a problem of the figure and never counted as a value.
 */
export async function measure(plan: FigurePlan, rounds: number, progress: Progress): Promise<Figure> {
  const { contenders, ...about } = plan;
  const figure: Figure = { ...about, samples: {}, problems: [] };
  const label = figureLabel(plan);
  const able: Contender[] = [];
  for (const contender of contenders) {
    figure.samples[contender.name] = [];
    if (await attempt(figure, contender.name, async () => contender.warmUp?.())) able.push(contender);
    progress.step(label);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of rotated(able, round)) {
      await attempt(figure, contender.name, async () => {
        keep(figure, contender.name, await contender.sample());
      });
      progress.step(label);
    }
  }
  progress.line(summary(figure));
  return figure;
}

export function stepsOf(plans: FigurePlan[], rounds: number): number {
  return plans.reduce((steps, plan) => steps + plan.contenders.length * (rounds + 1), 0);
}

export function figureLabel({ name, connections }: Pick<FigurePlan, 'name' | 'connections'>): string {
  return connections === undefined ? name : `${name}, ${connections} connections`;
}

function keep(figure: Figure, name: string, sample: Sample): void {
  figure.samples[name]?.push(sample);
  if (sample.problem) report(figure, `${name}: ${sample.problem}`);
}

function report(figure: Figure, problem: string): void {
  if (!figure.problems.includes(problem)) figure.problems.push(problem);
}

async function attempt(figure: Figure, name: string, action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    report(figure, `${name}: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

function rotated<T>(items: T[], by: number): T[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function summary(figure: Figure): string {
  const medians = Object.entries(figure.samples).map(
    ([name, samples]) => `${name} ${spread(samples.map(({ value }) => value)).median.toFixed(1)}`,
  );
  const invalid = figure.problems.length > 0 ? `  INVALID: ${figure.problems.join(' | ')}` : '';
  return `${figureLabel(figure)}: ${medians.join(', ')} ${figure.unit}${invalid}`;
}
