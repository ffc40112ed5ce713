import type { TestService } from './service.js';

/** The samples of one scrape: `name{label="value",...}` and its number. */
export type Samples = ReadonlyMap<string, number>;

export async function scrape(service: TestService): Promise<Samples> {
  const { text } = await service.call('get', '/metrics').expect(200);
  return samplesOf(text);
}

/** @throws Error at a line that is neither a comment nor a sample, and where two samples have the same name and labels. */
export function samplesOf(text: string): Samples {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, series, number] = /^([a-z_0-9]+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
    if (series === undefined || samples.has(series))
      throw new Error(`No sample, or one that is there twice: ${line}`);
    samples.set(series, number === '+Inf' ? Infinity : Number(number));
  }
  return samples;
}

/** The increases between two scrapes, of the metrics with this name prefix. */
export function increaseOf(before: Samples, after: Samples, name: string): Record<string, number> {
  const risen: Record<string, number> = {};
  for (const [series, value] of after) {
    const more = value - (before.get(series) ?? 0);
    if (series.startsWith(name) && more !== 0) risen[series] = more;
  }
  return risen;
}
