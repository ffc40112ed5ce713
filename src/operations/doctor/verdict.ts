import { LEVELS, type Finding, type Level } from '../../database/examine.js';

/** What the findings come to. */
export interface Verdict {
  readonly level: Level;
  /** One sentence. */
  readonly summary: string;
}

/** The worst of the findings, and what is behind it. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  const level = LEVELS.findLast((one) => findings.some((finding) => finding.level === one)) ?? 'good';
  const subjects = new Set(findings.filter((one) => one.level === level).map(({ subject }) => subject));
  return { level, summary: SUMMARIES[level]([...subjects].join(', ')) };
}

const SUMMARIES: Readonly<Record<Level, (subjects: string) => string>> = {
  good: () => 'All is well.',
  limit: (subjects) => `It works, with these limits: ${subjects}.`,
  broken: (subjects) => `It would lose data, or cannot serve: ${subjects}.`,
};

/** The cells of a table: a second line of a finding says what follows of it. */
export function rowsOf(findings: readonly Finding[]): string[][] {
  return findings.flatMap(({ level, subject, found, then }) => [
    [level, subject, found],
    ...(then === undefined ? [] : [['', '', then]]),
  ]);
}
